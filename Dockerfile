# syntax=docker/dockerfile:1
# One image for every process of Octavo; the command says which one runs.

FROM python:3.13.9-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/octavo
WORKDIR /build
COPY requirements-server.lock ./
RUN /opt/octavo/bin/pip install --require-hashes -r requirements-server.lock
COPY setup.cfg pyproject.toml README.md LICENSE ./
COPY api api
COPY llm llm
COPY migrations migrations
COPY octavo octavo
COPY outbox outbox
COPY pipelines pipelines
COPY store store
COPY tasks tasks
RUN /opt/octavo/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13.9-slim-bookworm
# English comes with pip; a page that the in-process engine cannot bear goes to this Tesseract.
ARG LANGUAGES="tesseract-ocr-spa"
RUN apt-get update \
    && apt-get install -y --no-install-recommends poppler-utils tesseract-ocr ${LANGUAGES} \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin octavo
COPY --from=build /opt/octavo /opt/octavo
ENV PATH=/opt/octavo/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s \
    CMD ["octavo", "doctor", "--only", "database"]
CMD ["gunicorn", "--config", "python:api.server", "--bind", "0.0.0.0:8000", "--no-control-socket", "api.wsgi:app"]
