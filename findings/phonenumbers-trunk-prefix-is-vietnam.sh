#!/usr/bin/env bash
# phonenumbers 9: "+8 495 123-45-67", with the default region RU, is a valid number in Vietnam; what WhatsApp gives for
# customers in Mexico and for many in Brazil is valid nowhere.
#
# One would guess: no country has the code 8, so a plus in front of a trunk prefix (as many people in Russia, Kazakhstan
# and Belarus write it) is refused, or read in the default region; and what a messenger vouches for passes
# `is_valid_number`.
# What is so: the parser drops spaces before it looks for the code. "+8 495 …" becomes +84 95… (Vietnam), "+8 800 …"
# becomes +880 … (Bangladesh), and the region is not asked because of the plus. `521…` (Mexico, since its mark of mobile
# numbers was abolished in 2019) and Brazil's mobile numbers without their ninth digit are possible at best, although
# they are `wa_id`s of people who write today. Argentina's mobile numbers are valid in two spellings that are not equal.
# So numbers are compared in a form of one's own, and "invalid" must not mean "no number".
#
# Versions: phonenumbers 9.0.43 (metadata of libphonenumber).
# Source: phonenumbers/phonenumberutil.py (_maybe_extract_country_code) of the package.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
cat > "$folder/numbers.py" <<'PYTHON'
import phonenumbers

EXPECTED = {
    "+8 495 123-45-67": ("+84951234567", True, "VN"),
    "8 495 123-45-67": ("+74951234567", True, "RU"),
    "+5215512345678": ("+5215512345678", False, None),
    "+525512345678": ("+525512345678", True, "MX"),
    "+551187654321": ("+551187654321", False, None),
    "+5511987654321": ("+5511987654321", True, "BR"),
    "+5491123456789": ("+5491123456789", True, "AR"),
    "+541123456789": ("+541123456789", True, "AR"),
}
for written, expected in EXPECTED.items():
    number = phonenumbers.parse(written, "RU")
    valid = phonenumbers.is_valid_number(number)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    region = phonenumbers.region_code_for_number(number) if valid else None
    print(f"{written!r:22} {e164:16} valid: {valid!s:5} {region or ''}")
    assert (e164, valid, region) == expected
PYTHON
"$folder/venv/bin/python" "$folder/numbers.py"
