"""Settings → Sign-in: what the practice asks of everybody who signs in."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aesthetix.practices.accounts import FACTORS
from aesthetix.practices.forms.sign_in import SignInForm
from aesthetix.practices.http import PracticeRequest, admin_required
from aesthetix.practices.models import Practice, Staff
from aesthetix.practices.services.second_factor import RULES, set_sign_in_rules


@admin_required
@require_http_methods(["GET", "POST"])
def sign_in(request: PracticeRequest) -> HttpResponse:
    rules = {rule: getattr(request.practice, rule) or 0 for rule in RULES}
    form = SignInForm(request.POST if request.method == "POST" else None, initial=rules)
    if form.is_valid():
        set_sign_in_rules(actor=request.actor, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("practices:sign_in")
    context = {"form": form, "without": _without_factor(request.practice)}
    return render(request, "practices/sign_in.html", context, status=422 if form.errors else 200)


def _without_factor(practice: Practice) -> list[str]:
    """The names of those who would be led to the set-up."""
    factors = Authenticator.objects.filter(user=OuterRef("user"), type__in=FACTORS)
    current = Staff.objects.for_practice(practice).filter(~Exists(factors), left_at=None, user__is_active=True)
    return list(current.order_by("user__name").values_list("user__name", flat=True))
