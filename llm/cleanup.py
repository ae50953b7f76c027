"""A page's text put to the providers in their order, and the answer to the guards."""

from __future__ import annotations

from dataclasses import replace

from llm import calling, prompting
from llm.client import Answer
from llm.config import ConfigInvalid, Provider
from llm.desk import Desk
from llm.values import NO_BILL, Bill, Cleanup, Question, Skip, State
from octavo.telemetry import logs
from pipelines.cleanup.judge import judge, worth_sending
from pipelines.cleanup.prompts import Prompt
from pipelines.cleanup.values import Refusal, Verdict
from pipelines.deadline import Deadline
from store import answers

_log = logs.get_logger(__name__)
_DAY = 86_400.0  # seconds
# Another provider would fare no better.
_FINAL = {Skip.GONE, Skip.SENDS_EXHAUSTED}


def clean(desk: Desk, question: Question) -> Cleanup:
    """What became of the page, within `cleanup_seconds`.

    Raises what the database raises; whatever a provider does ends as a skip.
    """
    if not worth_sending(question.raw):
        return skipped(question, Skip.BLANK_PAGE)
    deadline = Deadline.after(desk.settings.cleanup_seconds)
    prompt = desk.models.prompts[question.mode]
    bill, why = Bill(), Skip.NO_PROVIDER
    for provider in desk.models.of_mode(question.mode):
        key = prompting.cache_key(question, provider, prompt)
        kept = _kept(desk, question, key)
        if kept is not None:
            answer = Answer(kept, "stop", None, 0, 0)
            found = _judged(desk, question, provider, prompt, answer)
            return replace(found, bill=bill, cached=True)
        try:
            called = calling.call(desk, provider, prompt, question, deadline)
        except ConfigInvalid as error:
            _log.error("llm.misconfigured", provider=provider.name, why=str(error))
            called = calling.Called(Skip.MISCONFIGURED, Bill())
        bill += called.bill
        if isinstance(called.got, calling.Answered):
            answer, request = called.got.answer, called.got.request
            found = _judged(desk, question, provider, prompt, answer, request.marks)
            _keep(desk, question, key, answer, found)
            return replace(found, bill=bill, asked=request.chat)
        why = called.got
        if why in _FINAL or deadline.left() <= 0:
            break
    return skipped(question, why, bill)


def skipped(question: Question, why: Skip, bill: Bill = NO_BILL) -> Cleanup:
    """A page that keeps its text, and why."""
    return Cleanup(State.SKIPPED, question.mode, reason=why, bill=bill)


def _judged(
    desk: Desk,
    question: Question,
    provider: Provider,
    prompt: Prompt,
    answer: Answer,
    marks: tuple[str, ...] = (),
) -> Cleanup:
    if answer.refusal and not answer.text:
        verdict = Verdict(None, Refusal.MODEL_REFUSED)
    else:
        verdict = judge(
            question.raw,
            answer.text,
            mode=question.mode,
            limits=desk.models.guards.of(question.mode),
            finish_reason=answer.finish_reason,
            words=question.words,
            languages=question.languages,
            marks=marks,
        )
    return Cleanup(
        State.ACCEPTED if verdict.accepted else State.REJECTED,
        question.mode,
        reason=verdict.refusal,
        text=verdict.text,
        answer=answer.text,
        provider=provider.name,
        model=provider.model,
        prompt=prompt.key,
        edits=round(verdict.edits, 4),
        detail=verdict.detail,
    )


def _kept(desk: Desk, question: Question, key: str) -> str | None:
    """The answer to the same question; a person who tries wants a new one."""
    if question.fence is None or not desk.models.cache_days:
        return None
    with desk.database.begin() as session:
        return answers.find(session, question.tenant, key)


def _keep(desk: Desk, question: Question, key: str, answer: Answer, found: Cleanup) -> None:
    """Keep what was accepted: what is empty, cut off or refused would be the same again."""
    if found.state is not State.ACCEPTED or question.fence is None or not desk.models.cache_days:
        return
    with desk.database.begin() as session:
        answers.keep(
            session,
            question.tenant,
            key,
            question.document_id,
            answer.text,
            seconds=desk.models.cache_days * _DAY,
        )
