"""A coin's daemon that is none: it hands out made-up block templates, so that a pool has work without a node.

    python daemon.py PORT

JSON-RPC over HTTP on 127.0.0.1, just the calls that foundation-stratum makes. Every template builds on a new random
previous hash, and so every job has another x16r order; the network target is difficulty 1, out of a CPU's reach here.
Prints `ready` once it listens.
"""

import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

HEIGHT = count(1000)


def template() -> dict:
    transactions = [{"data": "00", "txid": secrets.token_hex(32)} for _ in range(secrets.randbelow(6))]
    return {
        "version": 0x20000000,
        "previousblockhash": "00000000" + secrets.token_hex(28),
        "transactions": transactions,
        "coinbaseaux": {},
        "coinbasevalue": 5_000_000_000,
        "target": "00000000ffff" + "0" * 52,
        "bits": "1d00ffff",
        "curtime": int(time.time()),
        "height": next(HEIGHT),
    }


def answer(call: dict) -> dict:
    method, params = call["method"], call.get("params", [])
    results = {
        "getpeerinfo": list,
        "validateaddress": lambda: {"isvalid": True, "address": params[0]},
        "getmininginfo": lambda: {"difficulty": 1},
        "getblockchaininfo": lambda: {"chain": "main", "blocks": 1000, "difficulty": 1},
        "getnetworkinfo": lambda: {"protocolversion": 70028, "connections": 0},
        "getblocktemplate": template,
    }
    if method in results:
        return {"id": call["id"], "result": results[method](), "error": None}
    # The pool recognises a daemon that has submitblock by its complaint about missing parameters.
    code = -1 if method == "submitblock" else -32601
    return {"id": call["id"], "result": None, "error": {"code": code, "message": method}}


class Rpc(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        calls = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        answers = [answer(call) for call in calls] if isinstance(calls, list) else answer(calls)
        body = json.dumps(answers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


with ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Rpc) as server:
    print("ready", flush=True)
    server.serve_forever()
