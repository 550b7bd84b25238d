# The hub in a small image: no compiler, no package manager's caches, nobody's secrets, not root.
#   docker build -t dialog-hub . && docker run -p 8080:8080 -v hub:/data -v ./hub.toml:/data/hub.toml:ro dialog-hub

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/hub
WORKDIR /src
# the libraries first: they change less often than the program
COPY requirements.lock ./
RUN /opt/hub/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE settings.py ./
COPY bot ./bot
COPY bridges ./bridges
COPY storage ./storage
RUN /opt/hub/bin/pip install --no-deps . && /opt/hub/bin/pip check

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin hub \
    && install -d -o hub -g hub -m 0750 /data
COPY --from=build /opt/hub /opt/hub
ENV PATH=/opt/hub/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HUB__HUB__LISTEN=0.0.0.0:8080
USER hub
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=3)"]
ENTRYPOINT ["hub"]
CMD ["run"]
