"""App config of partners: registers its navigation, labels and lookups with accounts. Never imports portal."""

from django.apps import AppConfig
from django.db.models import Subquery
from django.db.models.signals import post_migrate, post_save
from django.utils.translation import gettext_lazy as _

from partners.first_versions import make_first_versions


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = _("Partners")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import references
        from accounts.billing import current_partner, freshness
        from accounts.frame import navigation, tones
        from accounts.log import sentences
        from accounts.models import Tenant
        from partners import eligibility
        from partners.models import Association, Policy, Status
        from partners.navigation import CUSTOMER, PARTNER
        from partners.operations.association import follow_rename
        from partners.presentation.tones import TONES
        from partners.queries import associations

        post_migrate.connect(make_first_versions, sender=self)
        post_save.connect(follow_rename, sender=Tenant)
        navigation.provide("customer", CUSTOMER)
        navigation.provide("partner", PARTNER)
        references.provide_page("partners:request")
        tones.provide(TONES)
        current_partner.provide(associations.current_partner)
        freshness.provide(Subquery(Policy.objects.order_by("-version").values("facts_max_age_hours")[:1]))
        sentences.provide_models(self.get_models())
        sentences.provide("checks", {check.code: check.title for check in eligibility.CHECKS})
        sentences.provide("model", dict(Association.Model.choices))
        sentences.provide("status", dict(Status.choices))
