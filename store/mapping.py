"""How the tables are mapped: types of columns, names of constraints."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

from store.states import DocumentState, PageState, SheafState, Stage


class Named(TypeDecorator[StrEnum]):
    """A StrEnum kept as text: readable in psql, an enum member in Python."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 SQLAlchemy's signature
    ) -> StrEnum | None:
        """Text read back as its member. Raises ValueError for a state of a newer version."""
        return None if value is None else self.kind(value)


class Base(DeclarativeBase):
    """Naming rules make every constraint addressable by a migration."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        DocumentState: Named(DocumentState),
        PageState: Named(PageState),
        SheafState: Named(SheafState),
        Stage: Named(Stage),
    }


def one_of(column: str, values: type[DocumentState | PageState | SheafState | Stage]) -> str:
    """A check that `column` holds one of `values`."""
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


def not_a_partition(name: str | None, kind: str, parents: Any) -> bool:
    """For Alembic's comparison: the outbox's partitions come and go, and no model names them."""
    del parents
    return not (kind == "table" and name is not None and name.startswith("outbox_"))
