"""Reads a typed telephone number, and says why a code may not go to it: no mobile, a dear range, another country."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult

from accounts.normalization import visible

# Neither receives text messages, or makes the vendor pay for each. A range that the library does not know yet may pass:
# the code proves the number.
_NO_MOBILE = gettext_lazy("This is not a mobile number. Enter a number that receives text messages")
REFUSED: dict[int, Any] = {
    PhoneNumberType.FIXED_LINE: _NO_MOBILE,
    PhoneNumberType.TOLL_FREE: _NO_MOBILE,
    PhoneNumberType.SHARED_COST: _NO_MOBILE,
    PhoneNumberType.UAN: _NO_MOBILE,
    PhoneNumberType.VOICEMAIL: _NO_MOBILE,
    PhoneNumberType.PAGER: _NO_MOBILE,
    PhoneNumberType.PREMIUM_RATE: gettext_lazy(
        "This is a premium-rate number and not a mobile number. Enter a number that receives text messages"
    ),
    PhoneNumberType.PERSONAL_NUMBER: gettext_lazy(
        "This is a personal number (it forwards calls), not a mobile number. Enter a number that receives text messages"
    ),
    PhoneNumberType.VOIP: gettext_lazy(
        "This is a number of internet telephony and not a mobile number. Enter a number that receives text messages"
    ),
}
OF_NO_COUNTRY = "001"  # the library's region of satellite telephones and international networks: +870, +881 to +883
MEXICO, ARGENTINA = 52, 54
_OLD_MEXICAN = re.compile(r"(?:1|44|45)(\d{10})")  # until 2020 a mobile number was dialled with one of these in front


def e164(typed: str) -> str:
    """Return the number as +<country code><number>. Raise ValidationError in words that say what is missing."""
    number = _modern(_parsed(visible(typed).strip()))
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        raise ValidationError(_("The number is too long or too short for its country. Check it"))
    if reason := _reason_against(number):
        raise ValidationError(reason)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str) -> PhoneNumber:
    international = f"+{text[2:]}" if text.startswith("00") else text
    if not international.startswith("+"):
        raise ValidationError(_("Begin the number with + and the country code, for example +44"))
    try:
        return phonenumbers.parse(international)
    except phonenumbers.NumberParseException:
        raise ValidationError(_("Enter a mobile number with its country code, for example +44 7700 900418")) from None


def _modern(number: PhoneNumber) -> PhoneNumber:
    """Mexico dropped the 1 of mobile numbers: with and without it is one telephone, so it is one number here."""
    old = _OLD_MEXICAN.fullmatch(str(number.national_number)) if number.country_code == MEXICO else None
    return PhoneNumber(country_code=MEXICO, national_number=int(old[1])) if old else number


def _reason_against(number: PhoneNumber) -> str:
    if OF_NO_COUNTRY in _regions_of(number):
        return _("This is a number of a satellite or international network. Enter a mobile number of a country")
    if number.country_code == ARGENTINA and not str(number.national_number).startswith("9"):
        return _("Mobile numbers of Argentina have a 9 after +54, for example +54 9 11 2345 6789")
    if not _is_of_served_country(number):
        countries = ", ".join(settings.SMS_COUNTRIES)
        return _("Codes are not sent to numbers of this country, only to: %(countries)s") % {"countries": countries}
    return str(REFUSED.get(phonenumbers.number_type(number), ""))


def _is_of_served_country(number: PhoneNumber) -> bool:
    """A range that the library does not know belongs to any country of its country code."""
    region = phonenumbers.region_code_for_number(number)
    possible = [region] if region else _regions_of(number)
    return not settings.SMS_COUNTRIES or any(country in settings.SMS_COUNTRIES for country in possible)


def _regions_of(number: PhoneNumber) -> list[str]:
    """Return the countries that share the number's country code."""
    return list(phonenumbers.region_codes_for_country_code(number.country_code or 0))
