# The image holds the program and its engines, which `danchung doctor` builds; the library is a volume. It runs without a
# network.
FROM python:3.11-slim
WORKDIR /opt/danchung
ENV PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 DANCHUNG_DATA_DIR=/data DANCHUNG_CACHE_DIR=/opt/danchung/cache
COPY requirements.lock pyproject.toml README.md LICENSE app.py ./
RUN pip install --quiet --require-hashes -r requirements.lock
COPY assistant assistant
COPY ingest ingest
COPY evals evals
RUN pip install --quiet --no-deps --no-build-isolation . && danchung doctor \
 && useradd --system --uid 10001 danchung && mkdir /data && chown danchung /data && chmod -R a+rX cache
USER danchung
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=60s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/readyz')"]
# Others can reach it here, so it wants DANCHUNG_API_KEYS: `docker run … danchung keys new NAME` makes them.
ENTRYPOINT ["danchung"]
CMD ["serve", "--host", "0.0.0.0"]
