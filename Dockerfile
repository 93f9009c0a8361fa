FROM python:3.12-slim AS build
WORKDIR /app
COPY scripts/uv.txt scripts/uv.txt
RUN pip install --no-cache-dir --require-hashes -r scripts/uv.txt
COPY requirements.txt .
RUN uv venv /venv && uv pip install --python /venv/bin/python --no-cache --compile-bytecode --require-hashes -r requirements.txt
COPY . .
# collectstatic reads no secret and opens no connection; the settings only insist that they are set.
RUN SECRET_KEY=build FIELD_ENCRYPTION_KEYS=build DATABASE_URL=postgres://build STATIC_ROOT=/app/staticfiles \
    /venv/bin/python manage.py collectstatic --noinput

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home aesthetix
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build --chown=root:root /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/tmp/aesthetix
USER aesthetix
EXPOSE 8000
CMD ["granian", "--interface=wsgi", "--host=0.0.0.0", "--port=8000", "--workers=2", "--blocking-threads=4", "--no-ws", "aesthetix.wsgi:application"]
