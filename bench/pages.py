"""Requests per second of every page against `hello`, in one paired run: `python -m bench.pages [NAME ...]`.

Needs `wrk` and a DATABASE_URL of PostgreSQL, and fills an empty database with a world. Rounds alternate between the
pages, so that a slow machine affects all of them. Quote the ratio of the medians. `--rounds 5 --seconds 4`.
"My Partner" alone: `python -m bench.pages "my partner"`. Goal for it: 0.6 x hello, p95 within 3 x hello's.
"""

from bench.rig import arguments, servers


def main() -> None:
    asked = arguments.read(__doc__, rounds=5, seconds=4, names=True)
    servers.start_django()
    from bench.rig import people, stage, visits, wrk

    stage.set_up(*arguments.WORLD_OF_PAGES)
    chosen = [visit for visit in visits.visits() if arguments.chosen(visit.name, asked.names)]
    with servers.running() as sites:
        loads = {"hello": wrk.repeated(sites.stick, stage.hello_flows([chosen[0].user] * wrk.CONNECTIONS))}
        for visit in [visits.Visit("hello behind the portal's layers", chosen[0].user, "/hello/"), *chosen]:
            flows = [wrk.Flow(people.sign_in([visit.user])[0], visit.path) for _ in range(wrk.CONNECTIONS)]
            loads[visit.name] = wrk.repeated(sites.portal, flows)
        wrk.report(wrk.in_turn(loads, rounds=asked.rounds, seconds=asked.seconds))


if __name__ == "__main__":
    main()
