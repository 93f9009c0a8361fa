"""Settings → Phone Numbers → Number pools."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.web.forms import add_errors
from telephony.forms.lines import PoolForm
from telephony.models import NumberPool
from telephony.services.pools import delete_pool, save_pool


@admin_required
@require_http_methods(["GET", "POST"])
def pool_add(request: PracticeRequest) -> HttpResponse:
    return _edit(request, NumberPool(practice=request.practice))


@admin_required
@require_http_methods(["GET", "POST"])
def pool_edit(request: PracticeRequest, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(NumberPool.objects.for_practice(request.practice), pk=pk))


@admin_required
@require_POST
def pool_delete(request: PracticeRequest, pk: int) -> HttpResponse:
    pool = get_object_or_404(NumberPool.objects.for_practice(request.practice), pk=pk)
    try:
        delete_pool(actor=request.actor, pool=pool)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("telephony:pool_edit", pk=pk)
    messages.success(request, f"{pool.name} is deleted. Its lines ring by their own configuration again.")
    return redirect("telephony:lines")


def _edit(request: PracticeRequest, pool: NumberPool) -> HttpResponse:
    title = pool.name or "New number pool"
    form = PoolForm(request.POST or None, instance=pool)
    if form.is_valid():
        try:
            save_pool(actor=request.actor, pool=pool, lines=list(form.cleaned_data["lines"]))
        except ValidationError as refused:
            add_errors(form, refused)
        else:
            messages.success(request, f"Saved. Lines in {pool.name} ring its forwarding number.")
            return redirect("telephony:lines")
    context = {"form": form, "pool": pool, "title": title}
    return render(request, "telephony/pool_edit.html", context, status=422 if form.errors else 200)
