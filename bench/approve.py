"""Approvals per second, including completion, against `hello`: `python -m bench.approve`.

Needs `wrk` and a DATABASE_URL of PostgreSQL, and fills an empty database with a world. A flow is one POST for a new
request, with a prepared session of its partner's administrator. `--rounds 5 --seconds 5`. Goal: 0.11 x hello's
requests/s.
"""

from bench.rig import arguments, servers


def main() -> None:
    asked = arguments.read(__doc__, rounds=5, seconds=5)
    servers.start_django()
    from bench.rig import people, stage, wrk

    stage.set_up(*arguments.WORLD_OF_FLOWS)
    shares = stage.Shares(asked.rounds)

    def flows() -> list[wrk.Flow]:
        requests = stage.create_requests(shares.take())
        cookies = people.sign_in(request.partner_id for request in requests)
        return [
            wrk.Flow(cookie, f"/requests/{request.reference}/approve/")
            for cookie, request in zip(cookies, requests, strict=True)
        ]

    hello = stage.hello_flows([one.customer for one in shares.all[:1000]])
    with servers.running() as sites:
        loads = {
            "hello": wrk.Load(sites.stick, "page", lambda: hello),
            "approve": wrk.Load(sites.portal, "approve", flows),
        }
        wrk.report(wrk.in_turn(loads, rounds=asked.rounds, seconds=asked.seconds), unit="flows/s")


if __name__ == "__main__":
    main()
