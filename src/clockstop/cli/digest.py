"""`clockstop digest`: reminds people by e-mail of what of their work is late or due within three days."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def digest(
    send: Annotated[bool, typer.Option("--send/--print", help="Send the mails, or print them (which is the default).")] = False,
    site: Annotated[str, typer.Option(help="The address of the site, for the link in the mail, as https://clockstop.example")] = "",
) -> None:
    """Print or send a mail to each person with actions or next steps that are late or due within three days.

    No mail says anything of a patient. Mails go out by the server that CLOCKSTOP_EMAIL names; without one they are written to
    this terminal.
    """
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from django.conf import settings

    from clockstop.answers import now
    from clockstop.answers.desk import Desk
    from clockstop.dates import add_months, month_end
    from clockstop.registers.work import digest as digests

    desk = Desk(settings.HOME).refreshed()
    today = now.clock(desk).date()
    ended = month_end(desk.as_of)
    month = ended if ended == desk.as_of else month_end(add_months(desk.as_of.replace(day=1), -1))
    found = digests.digests(desk, today=today, month=month)
    if send:
        number = digests.send(found, today=today, site=site)
        typer.echo(f"{number} sent; {sum(not one.address for one in found)} people have work due and no e-mail address.")
        return
    for one in found:
        typer.echo(f"To: {one.username} {one.address or '(no e-mail address)'}\nSubject: {one.subject}\n\n{one.text(today, site)}")
    typer.echo(f"{len(found)} people have work that is late or due soon.")
