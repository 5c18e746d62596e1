#!/bin/sh
# Make the CloudFormation template of serverless.yml as a deployment would, and let cfn-lint judge it; needs no account.
set -eu

if ! command -v npm >/dev/null 2>&1; then
  echo "make template: there is no npm, so serverless.yml was NOT checked. Install Node.js 20 or later." >&2
  [ -z "${FRESHEDGE_REQUIRE_TOOLS:-}" ] || exit 1
  exit 0
fi

wanted=$(sed -n 's/.*"osls": "\(.*\)".*/\1/p' package.json)
have=$(sed -n 's/^ *"version": "\(.*\)".*/\1/p' node_modules/osls/package.json 2>/dev/null | head -n 1)
if [ "$wanted" != "$have" ]; then
  npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error
fi

rm -rf build/template
SLS_NOTIFICATIONS_MODE=off node_modules/.bin/osls package --package build/template >build/osls.log 2>&1 || {
  cat build/osls.log >&2
  exit 1
}
# W3005 is about a dependency that osls writes although a reference already implies it.
.venv/bin/cfn-lint -i W3005 -t build/template/cloudformation-template-update-stack.json
echo "build/template/cloudformation-template-update-stack.json: $(grep -c '"Type": "AWS::' build/template/cloudformation-template-update-stack.json) resources, nothing to object"
