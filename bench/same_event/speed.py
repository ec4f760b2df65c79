#!/usr/bin/env python3
"""Invented reports, to see how the time of gathering grows.

usage: speed.py spread|busy N > reports.jsonl      spread: 200 dyads over ten years; busy: one dyad that fights for a year"""

import datetime
import json
import random
import sys

kind, many = sys.argv[1], int(sys.argv[2])
draw = random.Random(1)
types = ["ASSAULT", "CONSULT", "ACCUSE", "SANCTION", "AID"]
for n in range(many):
    fight = draw.randrange(max(1, many // 3))
    choose = random.Random(fight)
    if kind == "busy":
        a, b, event, span = "Arnor", "Gondor", "ASSAULT", 365
    else:
        dyad = choose.randrange(200)
        a, b, event, span = f"A{dyad}", f"B{dyad}", choose.choice(types), 3650
    day = (datetime.date(2015, 1, 1) + datetime.timedelta(choose.randrange(span))).isoformat()
    words = [[f"w{choose.randrange(20000)}", 60] for _ in range(5)] + [[f"v{draw.randrange(300)}", 35] for _ in range(6)]
    entity = lambda key: {"key": key, "entity_text": key, "start": 0, "end": 5}
    print(json.dumps({
        "id": f"d{n}#1", "doc": f"d{n}", "event": [event], "quad_code": "material conflict", "event_scale": -5.0,
        "actor": [entity(a)], "recipient": [entity(b)], "date": day, "enddate": day, "date_precision": "day", "aux": [],
        "said_by": None, "text_info": {"sequence": 0, "start": 0, "end": 90 + n % 40}, "event_text": "struck", "evidence": [],
        "gist": {"act": [draw.choice(["struck", "hit", "attack"])], "words": words},
        "cite_info": {"publication": f"p{n % 9}"},
    }))
