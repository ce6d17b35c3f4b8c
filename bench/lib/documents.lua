-- Makes wrk send ten kilobytes of JSON.
local items = {}
for i = 1, 100 do
  items[i] = string.format('{"id":%d,"name":"item %d","price":%d.5,"tags":["a","b"],"stock":{"here":%d,"there":null}}', i, i, i, i)
end
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"items":[' .. table.concat(items, ",") .. "]}"
