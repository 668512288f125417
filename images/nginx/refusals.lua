-- What the proxy itself refuses: nobody is there to answer, or somebody asks too often. RFC 9457 for programs, a line for
-- people; both are told when to come back.
local refusals = {}

function refusals.say()
  local often = ngx.status == 429
  -- whatever kept the nodes from answering, it may be another story in a moment
  ngx.status = often and 429 or 503
  ngx.header.retry_after = often and 1 or 2
  ngx.header.cache_control = "no-store"
  local code = often and "too_many_requests" or "away"
  local title = often and "Too many requests" or "The shop cannot be reached for a moment"
  if ngx.var.kind == "html" then
    ngx.header.content_type = "text/html; charset=utf-8"
    ngx.say('<!doctype html><title>', title, '</title><h1>', title, '</h1><p>Please try again. Nothing is lost.')
  else
    ngx.header.content_type = "application/problem+json"
    ngx.say(('{"type":"/problems/%s","title":"%s","status":%d,"code":"%s","requestId":"%s","retryable":true}'):format(
      code, title, ngx.status, code, ngx.var.request_id))
  end
end

return refusals
