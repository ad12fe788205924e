"""The two region schemes. Northeast (Liaoning, Jilin, Heilongjiang) is a region of its own in the first only."""

FOUR = {
    "east": "11 12 13 31 32 33 35 37 44 46",
    "centre": "14 34 36 41 42 43",
    "northeast": "21 22 23",
    "west": "15 45 50 51 52 53 54 61 62 63 64 65",
}
# Of the northeast, Liaoning counts as east and the other two as centre.
THREE_OF_NORTHEAST = {"21": "east", "22": "centre", "23": "centre"}
SOURCE = "four_region: National Bureau of Statistics, 2011; macro_region: three regions of health and civil-affairs statistics"


def rows(provinces):
    of = {code: region for region, codes in FOUR.items() for code in codes.split()}
    for province in provinces:
        four = of[province[:2]]
        macro = THREE_OF_NORTHEAST.get(province[:2], four)
        yield {"code": province, "macro_region": macro, "four_region": four, "source": SOURCE}
