"""The story of story.mjs as told by python3-librouteros."""

import json
import sys

from librouteros import connect


def say(step, **result):
    print(json.dumps({"step": step, **result}), flush=True)


port = int(sys.argv[1])
api = connect(host="127.0.0.1", port=port, username="lastmile", password="demo", timeout=20, encoding="utf-8")
say("login")
secrets = api.path("ppp", "secret")
say("list", names=[row["name"] for row in secrets])
row_id = secrets.add(name="second", password="x")
say("add")
secrets.update(**{".id": row_id, "comment": "changed"})
say("change")

listener = connect(host="127.0.0.1", port=port, username="lastmile", password="demo", timeout=20, encoding="utf-8")
# rawCmd collects rows until !done, which a listen never says; the layer below it reads one sentence at a time.
listener.protocol.writeSentence("/ppp/secret/listen")
_, row = listener.readSentence()
say("listen", name=row["name"])

secrets.remove(row_id)
say("remove")
found = [row for row in api.rawCmd("/ppp/secret/print", "?name=nobody")]
say("empty", rows=len(found))
api.close()
say("close")
