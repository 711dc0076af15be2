# One image for web, worker, beat and the migrations; docker-compose.yml says which one a container is.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=config.settings DOLOMITE_VAR=/var/lib/dolomite

RUN useradd --system --uid 10001 --home-dir /var/lib/dolomite dolomite && mkdir -p /var/lib/dolomite/beat /var/lib/dolomite/exports
WORKDIR /app

# The lock first: it changes less often than the code.
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
# These values exist only while the files are collected; the running container gets its own.
RUN SECRET_KEY=only-while-building DATABASE_URL=postgres:///none python manage.py collectstatic --no-input \
    && chown -R dolomite:dolomite /var/lib/dolomite

USER dolomite
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
