"""Requests per second of every admin list against `hello`: first page, late page, search: `python -m bench.admin`.

Arguments are names of lists. Needs `wrk` and a DATABASE_URL of PostgreSQL, and fills an empty database with a world.
`--rounds 3 --seconds 3`.
"""

from collections.abc import Iterator

from bench.rig import arguments, servers

LAST_PAGE = 199  # the paginator is capped


def main() -> None:
    asked = arguments.read(__doc__, rounds=3, seconds=3, names=True)
    servers.start_django()
    from accounts.models import User
    from bench.rig import people, stage, wrk

    stage.set_up(*arguments.WORLD_OF_PAGES)
    staff = User.objects.filter(is_staff=True).order_by("pk")[0].pk
    cookies = people.sign_in([staff] * wrk.CONNECTIONS)
    with servers.running() as sites:
        loads = {"hello": wrk.repeated(sites.stick, stage.hello_flows([staff] * wrk.CONNECTIONS))}
        for name, path in lists():
            if arguments.chosen(name, asked.names):
                loads[name] = wrk.repeated(sites.portal, [wrk.Flow(cookie, path) for cookie in cookies])
        wrk.report(wrk.in_turn(loads, rounds=asked.rounds, seconds=asked.seconds))


def lists() -> Iterator[tuple[str, str]]:
    """Yield name and path of all registered lists, so that new ones are measured automatically."""
    from django.contrib import admin
    from django.utils.http import urlencode

    for model, model_admin in admin.site._registry.items():
        name, path = str(model._meta.verbose_name_plural), f"/admin/{model._meta.label_lower.replace('.', '/')}/"
        yield name, path
        pages = min(model._default_manager.count(), 10_000) // 50
        if pages > 1:
            yield f"{name}, page {min(pages, LAST_PAGE)}", f"{path}?p={min(pages, LAST_PAGE)}"
        for lookup in model_admin.search_fields[:1]:
            field = str(lookup).removesuffix("__startswith")
            found = model._default_manager.filter(**{f"{field}__gt": ""}).values_list(field, flat=True)
            if term := found.order_by("pk").last():
                yield f"{name}, search", f"{path}?{urlencode({'q': term})}"


if __name__ == "__main__":
    main()
