# The hub in a small image: no compiler, package caches or secrets; not root.
#   docker build -t dialog-hub . && docker run -p 8080:8080 -v hub:/data -v ./hub.toml:/data/hub.toml:ro dialog-hub

# pinned by digest, so that every build uses the tested image; `docker buildx imagetools inspect python:3.12-slim`
# prints a newer one
FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/hub
WORKDIR /src
# libraries first: they change less often than the program
COPY requirements.lock requirements-dev.lock ./
RUN /opt/hub/bin/pip install --require-hashes -r requirements.lock
# the build tool is locked too, by its lines in the other lock
RUN python -m venv /opt/build \
    && sed -n '/^setuptools==/,/[^\\]$/p' requirements-dev.lock > build.lock \
    && /opt/build/bin/pip install --require-hashes -r build.lock
COPY pyproject.toml README.md LICENSE settings.py ./
COPY bot ./bot
COPY bridges ./bridges
COPY storage ./storage
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/hub/bin/pip install --no-deps dist/*.whl && /opt/hub/bin/pip check

FROM python:3.12-slim@sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea
# names in charts: Chinese, Japanese, Korean; Hindi; emoji (3 MB)
RUN apt-get update -q \
    && apt-get install -y --no-install-recommends fonts-droid-fallback fonts-lohit-deva fonts-symbola \
    && rm -rf /var/lib/apt/lists/*
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
