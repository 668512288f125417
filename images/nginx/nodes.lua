-- The nodes behind the proxy: found by one name in DNS, asked for their readiness; a request goes to the one that has
-- fewest of this worker's under way, and among equals to the next in turn. So a node that is slower, by cold code or by a
-- smaller machine, gets less.
--
-- Every half second one worker looks the name up and asks each address whether it is ready. One that says no, or twice
-- in a row nothing within half a second, is given no new request; one that is ready again is given more and more of them within a
-- quarter of a minute, for its code must get warm, unless there is no other. So a node that is added, removed, drained, killed or
-- frozen needs no change here. When none is ready all known ones are tried: to be refused by a node is a better answer than to be
-- refused for lack of one.
local balancer = require "ngx.balancer"

local nodes = {}
local shared = ngx.shared.nodes

local PERIOD = 0.5
local PATIENCE_MS = 500
-- seconds until a node that has become ready gets its whole share
local RAMP = 15
-- "nobody is alive", which becomes a 502 and so a refusal of ours; this Nginx would make a 500 of any status given here
local BUSY = -3
-- how often an address that was ready has said nothing since
local silent = {}

-- The IPv4 addresses behind a name, by one question to Docker's or the machine's resolver.
local function lookup(name)
  local server = "127.0.0.11"
  for line in io.lines("/etc/resolv.conf") do
    server = line:match("^nameserver%s+([%d%.]+)") or server
  end
  local socket = ngx.socket.udp()
  socket:settimeout(PATIENCE_MS)
  local ok, err = socket:setpeername(server, 53)
  if not ok then return nil, err end
  local labels = name:gsub("([^%.]+)%.?", function(label) return string.char(#label) .. label end)
  -- an id, "recursion desired", one question: type A, class IN
  socket:send("\18\52\1\0\0\1\0\0\0\0\0\0" .. labels .. "\0\0\1\0\1")
  local answer, failure = socket:receive()
  socket:close()
  if not answer then return nil, failure end
  if answer:byte(4) % 16 ~= 0 then return {} end
  local addresses = {}
  local at = 13 + #labels + 5
  for _ = 1, answer:byte(7) * 256 + answer:byte(8) do
    if answer:byte(at) >= 192 then
      at = at + 2
    else
      while answer:byte(at) ~= 0 do at = at + answer:byte(at) + 1 end
      at = at + 1
    end
    local length = answer:byte(at + 8) * 256 + answer:byte(at + 9)
    if answer:byte(at + 1) == 1 and length == 4 then
      addresses[#addresses + 1] = table.concat({ answer:byte(at + 10, at + 13) }, ".")
    end
    at = at + 10 + length
  end
  table.sort(addresses)
  return addresses
end

local function is_ready(address, port, path)
  local socket = ngx.socket.tcp()
  socket:settimeouts(PATIENCE_MS, PATIENCE_MS, PATIENCE_MS)
  local connected, err = socket:connect(address, port)
  local line
  if connected then
    socket:send("GET " .. path .. " HTTP/1.0\r\nHost: readiness\r\n\r\n")
    line, err = socket:receive("*l")
    socket:close()
  end
  if line and line:find(" 200", 1, true) then
    silent[address] = 0
    return true
  end
  -- a busy machine may be late once
  local before = silent[address]
  silent[address] = err == "timeout" and before and before + 1 or nil
  return silent[address] == 1
end

local function look(name, port, path)
  local addresses, err = lookup(name)
  if not addresses then
    -- names are away, nodes may well be there: go on with those that are known
    ngx.log(ngx.WARN, "the nodes cannot be looked up: ", err)
    addresses = {}
    for address in (shared:get("all") or ""):gmatch("%S+") do addresses[#addresses + 1] = address end
  end
  local asked = {}
  for i, address in ipairs(addresses) do asked[i] = ngx.thread.spawn(is_ready, address, port, path) end
  local ready = {}
  for i, thread in ipairs(asked) do
    local _, well = ngx.thread.wait(thread)
    if well then ready[#ready + 1] = addresses[i] end
  end
  local before, now = shared:get("ready"), table.concat(ready, " ")
  for _, address in ipairs(ready) do
    -- those that the proxy finds when it starts have been at work before
    if before and not (" " .. before .. " "):find(" " .. address .. " ", 1, true) then
      shared:set("since " .. address, ngx.now(), RAMP)
    end
  end
  if before ~= now then ngx.log(ngx.WARN, "nodes that are ready: ", now == "" and "none" or now) end
  shared:set("all", table.concat(addresses, " "))
  shared:set("ready", now)
end

-- Begins to look after the nodes with this name; path is asked at port for their readiness.
function nodes.watch(name, port, path)
  if ngx.worker.id() ~= 0 then return end
  local busy = false
  local function again()
    if busy then return end
    busy = true
    local ok, err = pcall(look, name, port, path)
    busy = false
    if not ok then ngx.log(ngx.ERR, "looking after the nodes failed: ", err) end
  end
  ngx.timer.at(0, again)
  ngx.timer.every(PERIOD, again)
end

-- Who comes before the first look has ended waits for it: a moment after a start.
function nodes.await()
  for _ = 1, 2 * PATIENCE_MS / 20 do
    if shared:get("all") then return end
    ngx.sleep(0.02)
  end
end

-- Whether a request is one of those that a node which has just become ready leaves to others. It has least under way and
-- would be the first choice each time, so its share is that of one in so many nodes, and less while it is new.
local function spares(address, nodes_ready)
  local since = shared:get("since " .. address)
  return since and math.random() * RAMP * nodes_ready > ngx.now() - since
end

-- requests under way at each node; a worker counts its own, so that its death leaves no count behind
local under_way = {}

local function leave(address)
  local left = (under_way[address or ""] or 0) - 1
  if address then under_way[address] = left > 0 and left or nil end
end

-- Says which node gets this request, and at a second try another one. The nodes that were tried are kept in a variable,
-- for these outlive a way through error_page.
function nodes.choose(port)
  local candidates, known, tried = {}, shared:get("ready") or "", ngx.var.tried
  if known == "" then known = shared:get("all") or "" end
  for address in known:gmatch("%S+") do candidates[#candidates + 1] = address end
  if #candidates == 0 then return ngx.exit(BUSY) end
  if tried == "" and #candidates > 1 then balancer.set_more_tries(math.min(2, #candidates - 1)) end
  leave(tried:match("%S+$"))
  local turn, best, least, spared = shared:incr("turn", 1, 0), nil, math.huge, nil
  for i = 1, #candidates do
    local address = candidates[(turn + i) % #candidates + 1]
    local load = under_way[address] or 0
    if (" " .. tried .. " "):find(" " .. address .. " ", 1, true) then
      spared = spared or address
    elseif load < least then
      if spares(address, #candidates) then spared = address else best, least = address, load end
    end
  end
  best = best or spared
  under_way[best] = (under_way[best] or 0) + 1
  ngx.var.tried = tried .. " " .. best
  balancer.set_current_peer(best, port)
end

-- The request has ended, however it did.
function nodes.done()
  leave(ngx.var.tried:match("%S+$"))
end

-- Always the same node while it is ready: for what one node remembers between two requests.
function nodes.first(port)
  local address = (shared:get("ready") or ""):match("%S+")
  if not address then return ngx.exit(BUSY) end
  balancer.set_current_peer(address, port)
end

-- For people and health checks: 200 when at least one node is ready.
function nodes.show()
  local ready = shared:get("ready") or ""
  ngx.status = ready == "" and 503 or 200
  ngx.header.content_type = "application/json"
  local function list(text) return (text:gsub("%S+", '"%0"'):gsub(" ", ",")) end
  ngx.say(('{"ready":[%s],"known":[%s]}'):format(list(ready), list(shared:get("all") or "")))
end

return nodes
