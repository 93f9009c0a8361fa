"""What a job found out: a row on the screen and an object in bench/out/latest.jsonl."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

OUT = Path(__file__).resolve().parent / "out" / "latest.jsonl"
HEAD = f"{'job':<34}{'floor':>13}{'product':>13}{'ratio':>9}  {'target':<14}{'met':<5}{'n':>8}"


@dataclass(frozen=True)
class Result:
    """`floor` and `product` in `unit`; `ratio` is product to floor; `target` in words."""

    job: str
    floor: float | None
    product: float
    ratio: float | None
    target: str
    met: bool
    n: int
    unit: str = ""

    def row(self) -> str:
        floor = f"{self.floor:,.4g} {self.unit}" if self.floor is not None else "–"
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else "–"
        product = f"{self.product:,.4g} {self.unit}"
        met = "yes" if self.met else "NO"
        return f"{self.job:<34}{floor:>13}{product:>13}{ratio:>9}  {self.target:<14}{met:<5}{self.n:>8,}"


def write(results: list[Result]) -> None:
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text("".join(json.dumps(asdict(result)) + "\n" for result in results))
