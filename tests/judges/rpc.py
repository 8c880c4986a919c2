"""Ask a daemon by JSON-RPC: python rpc.py URL METHOD PARAMS; prints the result as JSON."""

import json
import sys
import urllib.request
from base64 import b64encode

url, method, params = sys.argv[1:]
request = urllib.request.Request(url, json.dumps({"id": 1, "method": method, "params": json.loads(params)}).encode())
request.add_header("Authorization", "Basic " + b64encode(b"judge:judge").decode())
with urllib.request.urlopen(request, timeout=20) as answer:
    print(json.dumps(json.load(answer)["result"]))
