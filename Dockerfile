# The portal as one image for web, worker and beat. Build: docker build -t partner-portal .
FROM python:3.13-slim AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
# The settings need these values to start. They are dummies for this command alone and are not stored in the image.
RUN SECRET_KEY="$(head -c 60 /dev/urandom | base64 -w 0)" CODE_KEY="$(head -c 60 /dev/urandom | base64 -w 0)" \
    ALLOWED_HOSTS=build.invalid PUBLIC_URL=https://build.invalid EMAIL_URL=smtp://build.invalid \
    SMS_HTTP_URL=https://build.invalid/ VAR_DIR=/tmp \
    /venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home portal && install -d -o portal -g portal /var/lib/portal
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    WEB_BIND=0.0.0.0 PORT=8000 VAR_DIR=/var/lib/portal
WORKDIR /app
USER portal
VOLUME /var/lib/portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s CMD ["python", "-m", "portal.probe", "healthz"]
CMD ["gunicorn", "portal.wsgi"]
