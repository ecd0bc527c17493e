# `qstar serve` in a container.  Written from the documentation of its parts; never built or run by us yet.
#
#   docker build -t qstar .
#   docker run --rm -p 8000:8000 -e QSTAR_TOKEN=SECRET qstar
#
# It takes any torch; a build without CUDA is enough.  PIP_INDEX_ARGS passes options of pip to the installation of
# torch, such as the index of CPU builds that PyTorch's installation page names:
#
#   docker build --build-arg PIP_INDEX_ARGS='--index-url URL' -t qstar .

FROM python:3.11-slim

ARG PIP_INDEX_ARGS=
ENV PIP_NO_CACHE_DIR=1 QSTAR_CACHE=/var/cache/qstar

RUN useradd --create-home qstar && install -d -o qstar /var/cache/qstar
WORKDIR /src
COPY constraints.txt ./
RUN pip install ${PIP_INDEX_ARGS} "$(grep '^torch==' constraints.txt)"
COPY . .
RUN pip install --constraint constraints.txt '.[serve]'

USER qstar
WORKDIR /home/qstar
# Embedded Lean is fetched and prepared now, not at the first request.
RUN qstar setup

EXPOSE 8000
# Off loopback a token is needed: set QSTAR_TOKEN.
CMD ["qstar", "serve", "--host", "0.0.0.0"]
