"""Complete submits per second against `hello`: check page, confirmation, code: `python -m bench.submit`.

Needs `wrk` and a DATABASE_URL of PostgreSQL, and fills an empty database with a world. A flow is a new customer with a
prepared session and their own IP address. `--rounds 5 --seconds 5`. Goal: 0.05 x hello's requests/s.
"""

from bench.rig import arguments, servers


def main() -> None:
    asked = arguments.read(__doc__, rounds=5, seconds=5)
    servers.start_django()
    from bench.rig import people, stage, wrk

    stage.set_up(*arguments.WORLD_OF_FLOWS)
    shares = stage.Shares(asked.rounds)

    def flows() -> list[wrk.Flow]:
        share = shares.take()
        cookies = people.sign_in(one.customer for one in share)
        path, first = "/my-partner/disassociate/", shares.taken
        return [wrk.Flow(cookie, path, _address(first + place)) for place, cookie in enumerate(cookies)]

    hello = stage.hello_flows([one.customer for one in shares.all[:1000]])
    with servers.running() as sites:
        loads = {
            "hello": wrk.Load(sites.stick, "page", lambda: hello),
            "submit": wrk.Load(sites.portal, "submit", flows),
        }
        wrk.report(wrk.in_turn(loads, rounds=asked.rounds, seconds=asked.seconds), unit="flows/s")


def _address(number: int) -> str:
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


if __name__ == "__main__":
    main()
