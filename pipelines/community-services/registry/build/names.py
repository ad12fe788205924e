"""English names: the usual ones for provinces, Hanyu Pinyin with a generic word for the rest."""

from pypinyin import lazy_pinyin

PROVINCES = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia", "21": "Liaoning",
    "22": "Jilin", "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu", "33": "Zhejiang", "34": "Anhui",
    "35": "Fujian", "36": "Jiangxi", "37": "Shandong", "41": "Henan", "42": "Hubei", "43": "Hunan",
    "44": "Guangdong", "45": "Guangxi", "46": "Hainan", "50": "Chongqing", "51": "Sichuan", "52": "Guizhou",
    "53": "Yunnan", "54": "Tibet", "61": "Shaanxi", "62": "Gansu", "63": "Qinghai", "64": "Ningxia", "65": "Xinjiang",
}  # fmt: skip
FIXED = {"000000": "China", "660000": "Xinjiang Production and Construction Corps"}

# Longest first within a family, so that 自治县 is not read as 县.
GENERIC = [
    ("自治州", "Autonomous Prefecture"), ("自治县", "Autonomous County"), ("自治旗", "Autonomous Banner"),
    ("矿区", "Mining District"), ("特区", "Special District"),
    ("地区", "Prefecture"), ("盟", "League"), ("县", "County"), ("旗", "Banner"), ("市", "City"), ("区", "District"),
]  # fmt: skip
PEOPLES = {
    "蒙古族": "Mongol", "蒙古": "Mongol", "回族": "Hui", "藏族": "Tibetan", "维吾尔": "Uyghur", "苗族": "Miao",
    "彝族": "Yi", "壮族": "Zhuang", "布依族": "Buyi", "朝鲜族": "Korean", "满族": "Manchu", "侗族": "Dong",
    "瑶族": "Yao", "白族": "Bai", "土家族": "Tujia", "哈尼族": "Hani", "哈萨克族": "Kazakh", "哈萨克": "Kazakh",
    "傣族": "Dai", "黎族": "Li", "傈僳族": "Lisu", "佤族": "Va", "畲族": "She", "拉祜族": "Lahu", "水族": "Shui",
    "东乡族": "Dongxiang", "纳西族": "Naxi", "景颇族": "Jingpo", "柯尔克孜": "Kyrgyz", "土族": "Tu",
    "达斡尔族": "Daur", "仫佬族": "Mulao", "羌族": "Qiang", "布朗族": "Blang", "撒拉族": "Salar", "毛南族": "Maonan",
    "仡佬族": "Gelao", "锡伯": "Xibe", "普米族": "Pumi", "塔吉克": "Tajik", "怒族": "Nu", "鄂温克族": "Evenk",
    "保安族": "Bonan", "裕固族": "Yugur", "独龙族": "Derung", "鄂伦春": "Oroqen", "各族": "Multi-ethnic",
}  # fmt: skip
# Readings the dictionary does not know as place names.
READINGS = {
    "六安": "lu an", "六合": "lu he", "台州": "tai zhou", "丽水": "li shui", "蚌埠": "beng bu", "亳州": "bo zhou",
    "番禺": "pan yu", "单县": "shan", "莘县": "shen", "蔚县": "yu", "洪洞": "hong tong", "解放": "jie fang",
    "铅山": "yan shan", "浚县": "xun", "郏县": "jia", "盱眙": "xu yi", "尉犁": "yu li", "牟平": "mu ping",
    "中牟": "zhong mu", "乐清": "yue qing", "乐亭": "lao ting", "东阿": "dong e", "巴中": "ba zhong",
    "嵊泗": "sheng si", "嵊州": "sheng zhou", "黄陂": "huang pi", "枞阳": "zong yang", "歙县": "she",
    "厦门": "xia men", "长乐": "chang le", "闽侯": "min hou", "大城": "dai cheng", "井陉": "jing xing",
    "任县": "ren", "任丘": "ren qiu", "任泽": "ren ze", "城固": "cheng gu", "吴堡": "wu bu", "华州": "hua zhou",
    "朝阳": "chao yang", "长治": "chang zhi", "长子": "zhang zi", "长垣": "chang yuan", "什邡": "shi fang",
    "犍为": "qian wei", "筠连": "jun lian", "郫都": "pi du", "高要": "gao yao", "东莞": "dong guan",
    "重庆": "chong qing", "綦江": "qi jiang", "涪陵": "fu ling", "石柱": "shi zhu", "会理": "hui li",
    "会东": "hui dong", "勐海": "meng hai", "勐腊": "meng la", "万载": "wan zai", "婺源": "wu yuan",
    "繁昌": "fan chang", "繁峙": "fan shi", "隰县": "xi", "泊头": "bo tou", "珲春": "hun chun",
    "神农架林": "shen nong jia lin",
}  # fmt: skip
# In names of places these characters are read so, unless READINGS knows better.
IN_PLACES = {"长": "chang", "都": "du", "乐": "le", "勒": "le"}


def english(name, level, kind, code):
    """English name of an area; the county level carries its generic word, prefectures and provinces do not."""
    if code in FIXED:
        return FIXED[code]
    if level == "province":
        return PROVINCES[code[:2]]
    if kind == "zone":
        return ""  # transliterated compounds would help nobody
    if name in READINGS:
        return title(READINGS[name].split()) + " " + generic(name)[1]
    stem, word = generic(name)
    if word.startswith("Autonomous"):
        stem, peoples = without_peoples(stem)
        return " ".join([romanised(stem), *peoples, word]).strip()
    if level == "prefecture" and word == "City" or kind == "stand_in":
        return romanised(stem)
    return f"{romanised(stem)} {word}".strip()


def generic(name):
    for suffix, word in GENERIC:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix), word
    return name, ""


def without_peoples(stem):
    """黔东南苗族侗族 -> 黔东南, [Miao, Dong]"""
    peoples = []
    while True:
        found = next((p for p in sorted(PEOPLES, key=len, reverse=True) if stem.endswith(p) and (stem != p)), None)
        if found is None:
            break
        peoples.insert(0, PEOPLES[found])
        stem = stem.removesuffix(found)
    if stem in PEOPLES:
        return "", [PEOPLES[stem], *peoples]
    return stem, peoples


def romanised(text):
    if not text:
        return ""
    if text in READINGS:
        return title(READINGS[text].split())
    return title([IN_PLACES.get(sign, sound) for sign, sound in zip(text, lazy_pinyin(text, v_to_u=True), strict=True)])


def title(syllables):
    """xi an -> Xi'an"""
    joined = "".join(("'" if i and s[0] in "aoe" else "") + s for i, s in enumerate(syllables))
    return joined[:1].upper() + joined[1:]
