-- Pages that are forgotten by what they show. An answer names that in Cache-Tag; when a product changes a node says its
-- tag here, and every page that shows it is asked for anew.
--
-- Each tag has an edition, a number. The editions of a page's tags are a part of the key under which Nginx keeps the
-- page, so a new edition makes the old page one that nobody asks for; Nginx throws it away when its time is over. The
-- key is fixed before a node is asked: a page that was begun before a change is kept under the old edition only. What a
-- page shows is not known before it was seen once: until then it is neither given from the cache nor kept.
local pages = {}
local tags, editions = ngx.shared.tags, ngx.shared.editions

-- Pages on disk outlive the numbers in memory; none of another life fits.
local life = ngx.now()

-- The edition of what this page shows; empty while that is not known.
function pages.edition(key)
  local shown = tags:get(key)
  if not shown then return "" end
  local parts = { life }
  for tag in shown:gmatch("%S+") do parts[#parts + 1] = editions:get(tag) or 0 end
  return table.concat(parts, ".")
end

-- Remembers what a page shows, from its answer.
function pages.learn(key)
  local control = ngx.header.cache_control
  if ngx.status ~= 200 or not control or not tostring(control):find("s-maxage", 1, true) then return end
  -- the node's own header: it is hidden from who asked
  local named = (ngx.var.upstream_http_cache_tag or ""):gsub(",", " ")
  if tags:get(key) ~= named then tags:set(key, named) end
end

-- POST with the tags in the body, parted by white space. A repeat does no harm.
function pages.forget()
  if ngx.req.get_method() ~= "POST" then return ngx.exit(405) end
  ngx.req.read_body()
  for tag in (ngx.req.get_body_data() or ""):gmatch("%S+") do
    -- an edition lost for lack of memory would start again at a number that was used
    local _, err = editions:safe_add(tag, 0)
    if err == "no memory" then
      editions:flush_all()
      tags:flush_all()
    end
    editions:incr(tag, 1, 0)
  end
  return ngx.exit(204)
end

return pages
