// The configuration of a service in several places: inheritance, functions, comprehensions, string formatting.
local base = {
  name: error 'a service needs a name',
  replicas: 1,
  port:: 8080,
  labels: { app: $.name, tier: if $.replicas > 2 then 'large' else 'small' },
  env: [],
  url: 'http://%s:%d/' % [self.name, self.port],
  container: { image: $.name + ':1.' + $.replicas, ports: [$.port], memory: '%0.1fGi' % ($.replicas * 0.5) },
};
local withEnv(vars) = { env+: [{ name: std.asciiUpper(k), value: std.toString(vars[k]) } for k in std.objectFields(vars)] };
local places = ['lyon', 'oslo', 'kiel'];
local service(name, place, n) = base + withEnv({ place: place, number: n, debug: n == 1 }) + {
  name: '%s-%s' % [name, place],
  replicas: n,
  port:: 8000 + n,
  labels+: { place: place, [if n > 2 then 'critical']: 'yes' },
};
local services = [service(name, place, 1 + (std.length(name) + std.length(place)) % 4) for name in ['web', 'store', 'queue'] for place in places];
local sum(list) = std.foldl(function(a, b) a + b, list, 0);
{
  services: { [s.name]: s for s in services },
  total: sum([s.replicas for s in services]),
  names: std.join(',', std.sort([s.name for s in services])),
  critical: std.filter(function(s) std.objectHas(s.labels, 'critical'), services)[0].url,
  counts: { [p]: std.count([s.labels.place for s in services], p) for p in places },
  merged: std.mergePatch({ a: 1, b: { c: 2 } }, { b: { d: 3 }, a: null }),
  ini: std.manifestIni({ main: { key: 'value' }, sections: { extra: { list: ['x', 'y'] } } }),
  digest: std.md5(std.manifestJson(services[0])),
  range: std.map(function(i) i * i, std.range(1, 8)),
  split: std.split('a.b.c', '.'),
  set: std.setUnion(['a', 'c'], ['b', 'c']),
  assert self.total > 5 : 'too few',
}
