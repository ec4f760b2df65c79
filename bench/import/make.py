"""Writes a big invented file in the form of a data set: make.py FORM ROWS > FILE.

Nothing in it is true: acts, days and parties are drawn by a generator that always draws the same. Only the shape is that
of the data set: its columns, its separators, and its quirks in small shares (missing parties, second tellings, comments,
other forms of days, quotes with line ends).
"""

import random
import sys

FORM, ROWS = sys.argv[1], int(sys.argv[2])
draw = random.Random(2026)
STATES = ["France", "Germany", "Italy", "Spain", "Portugal", "Greece", "Poland", "Norway", "Sweden", "Finland", "Ghana",
          "Togo", "Benin", "Mali", "Chad", "Sudan", "Kenya", "Nepal", "Japan", "Peru", "Chile", "Bolivia", "Cuba", "Canada"]
CODES = ["FRA", "DEU", "ITA", "ESP", "PRT", "GRC", "POL", "NOR", "SWE", "FIN", "GHA", "TGO", "BEN", "MLI", "TCD", "SDN",
         "KEN", "NPL", "JPN", "PER", "CHL", "BOL", "CUB", "CAN"]
ROLES = ["", "GOV", "MIL", "REB", "OPP", "COP", "CVL", "MED", "BUS"]
ACTS = ["010", "020", "036", "040", "042", "043", "046", "051", "057", "061", "071", "0841", "090", "100", "111", "112",
        "120", "130", "141", "145", "163", "172", "173", "180", "190", "193", "195"]
RELATIONS = ["Make statement", "Consult", "Make a visit", "Host a visit", "Praise or endorse", "Accuse", "Threaten",
             "Use unconventional violence", "Arrest, detain, or charge with legal action", "Express intent to cooperate"]
PLOVER = [("CONSULT", "visit"), ("CONSULT", "None"), ("ACCUSE", "disapprove"), ("ASSAULT", "firearms"), ("COERCE", "arrest"),
          ("AGREE", "None"), ("PROTEST", "demo"), ("SANCTION", "expel"), ("AID", "None"), ("THREATEN", "violence")]
ACLED = [("Battles", "Armed clash"), ("Protests", "Peaceful protest"), ("Riots", "Mob violence"),
         ("Violence against civilians", "Attack"), ("Explosions/Remote violence", "Air/drone strike"),
         ("Strategic developments", "Arrests"), ("Strategic developments", "Other")]


def day():
    return draw.randrange(2000, 2020), draw.randrange(1, 13), draw.randrange(1, 29)


def two():
    return draw.sample(range(len(STATES)), 2)


def gdelt(n):
    (y, m, d), (a, b) = day(), two()
    cells = [""] * 61
    cells[0], cells[1], cells[2], cells[3] = str(n), f"{y}{m:02}{d:02}", f"{y}{m:02}", str(y)
    for at, state in ((5, a), (15, b)):
        if at == 15 and draw.random() < 0.3:
            continue
        role = draw.choice(ROLES)
        cells[at], cells[at + 1], cells[at + 2], cells[at + 7] = CODES[state] + role, STATES[state].upper(), CODES[state], role
    cells[26] = draw.choice(ACTS)
    cells[51], cells[52], cells[53], cells[56], cells[57] = "1", STATES[a], "FR", "47.1", "2.5"
    cells[59], cells[60] = f"{y}{m:02}{d:02}120000", f"https://news.example/{n // 7}"
    return "\t".join(cells)


def icews(n):
    (y, m, d), (a, b) = day(), two()
    roles = ["Citizen (%s)", "Police (%s)", "Head of Government (%s)", "%s"]
    names = [draw.choice(roles) % STATES[state] for state in (a, b)]
    return "\t".join([str(n), f"{y}-{m:02}-{d:02}", names[0], "Executive,Government", STATES[a], draw.choice(RELATIONS), "", "0",
                      names[1], "NULL", STATES[b], str(n // 3), str(n % 9), "Daily", "None", "None", "None", STATES[a], "47.1", "2.5"])


def polecat(n):
    (y, m, d), (a, b) = day(), two()
    kind, mode = draw.choice(PLOVER)
    cells = ["None"] * 40
    cells[:7] = [f"{y}{n}", f"{y}-{m:02}-{d:02}", kind, mode, "-2.0", "VERBAL CONFLICT", "None"]
    cells[7], cells[8], cells[10], cells[11] = STATES[a], CODES[a], "GOV", "GOV"
    cells[15], cells[16], cells[18], cells[19] = STATES[b], CODES[b], "CVL", "CVL"
    cells[24], cells[27], cells[28], cells[29] = "Morstad", CODES[a], "47.1", "2.5"
    return "\t".join(cells)


def acled(n):
    (y, m, d), (a, _) = day(), two()
    kind, sub = draw.choice(ACLED)
    when = f"{d:02} {['January', 'May', 'August'][m % 3]} {y}" if n % 2 else f"{y}-{m:02}-{d:02}"
    notes = '"Forces, and others,\nclashed."' if n % 50 == 0 else "x"
    other = "" if sub == "Peaceful protest" else f"Civilians ({STATES[a]})"
    return (f"{CODES[a]}{n},{when},{y},1,Political violence,{kind},{sub},Military Forces of {STATES[a]} (2000-),,State forces,"
            f"{other},,{'7' if other else '0'},17,,250,Far,{STATES[a]},North,,,Morstad,47.1,2.5,1,Daily,National,{notes},3,")


def ucdp(n):
    (y, m, d), (a, _) = day(), two()
    when = f"{y}-{m:02}-{d:02} 00:00:00.000"
    return (f"{n},X-{n},{y},{n % 3 + 1},Government of {STATES[a]},{'Civilians' if n % 3 == 2 else 'Hill Militia'},{STATES[a]},"
            f"1,North,47.1,2.5,1,{when},{when},3,5,3")


def phoenix(n):
    (y, m, d), (a, b) = day(), two()
    return "|".join([str(n), f"{y}{m:02}{d:02}", str(y), f"{m:02}", f"{d:02}", CODES[a] + "GOV", CODES[a], "GOV", "", CODES[b] + "REB",
                     CODES[b], "REB", "", draw.choice(ACTS), "04", "1", "1.0", "", "47.1", "2.5", "Morstad", "North", CODES[a], f"{n}_1",
                     "https://news.example", "Daily"])


def table(n):
    (y, m, d), (a, b) = day(), two()
    return f"{y}-{m:02}-{d:02}\t{STATES[a]}\t{draw.choice(RELATIONS)}\t{STATES[b]}"


HEADS = {
    "table": "date\tsource\trelation\ttarget",
    "icews": "Event ID\tEvent Date\tSource Name\tSource Sectors\tSource Country\tEvent Text\tCAMEO Code\tIntensity\tTarget Name\t"
             "Target Sectors\tTarget Country\tStory ID\tSentence Number\tPublisher\tCity\tDistrict\tProvince\tCountry\tLatitude\tLongitude",
    "polecat": "Event ID\tEvent Date\tEvent Type\tEvent Mode\tIntensity\tQuad Code\tContexts\tActor Name\tActor Country\tActor COW\t"
               "Primary Actor Sector\tActor Sectors\tActor Title\tActor Name Raw\tWikipedia Actor ID\tRecipient Name\tRecipient Country\t"
               "Recipient COW\tPrimary Recipient Sector\tRecipient Sectors\tRecipient Title\tRecipient Name Raw\tWikipedia Recipient ID\t"
               "Placename\tCity\tDistrict\tProvince\tCountry\tLatitude\tLongitude\tGeoNames ID\tRaw Placename\tFeature Type\tSource\t"
               "Publication Date\tStory People\tStory Organizations\tStory Locations\tLanguage\tVersion",
    "acled": "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,"
             "assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,"
             "geo_precision,source,source_scale,notes,fatalities,tags",
    "ucdp": "id,relid,year,type_of_violence,side_a,side_b,country,where_prec,adm_1,latitude,longitude,date_prec,date_start,date_end,best,high,low",
}

out = sys.stdout
if FORM in HEADS:
    out.write(HEADS[FORM] + "\n")
make = {"table": table, "icews": icews, "gdelt": gdelt, "polecat": polecat, "acled": acled, "ucdp": ucdp, "phoenix": phoenix}[FORM]
for n in range(ROWS):
    out.write(make(n) + "\n")
