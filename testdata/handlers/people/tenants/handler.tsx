// One service, several brands: the host of the request decides.
import { env } from "zigttp:env";

const fallback = env("DEFAULT_TENANT") ?? "acme";

const tenants = {
  acme: {
    hosts: ["acme.example", "www.acme.example"],
    name: "Acme & Sons",
    accent: "red",
    logo: "/acme.svg",
  },
  globex: { hosts: ["globex.example"], name: "Globex", accent: "blue", logo: "/globex.svg" },
};

function tenantOf(host: string) {
  const bare = host.toLowerCase().split(":")[0];
  for (const tenant of Object.values(tenants)) {
    if (tenant.hosts.includes(bare)) return tenant;
  }
  return tenants[fallback];
}

function Shell({ tenant, path, children }) {
  return (
    <html className={tenant.accent}>
      <head>
        <title>{`${tenant.name}: ${path}`}</title>
      </head>
      <body>
        <img src={tenant.logo} alt={tenant.name} />
        <main>{children}</main>
      </body>
    </html>
  );
}

export function handler(req) {
  const tenant = tenantOf(req.headers.host ?? "");
  if (tenant === undefined) return Response.text("no such site", { status: 421 });
  const status = req.path === "/" ? 200 : 404;
  return Response.html(
    <Shell tenant={tenant} path={req.path}>
      {status === 200 ? <h1>Welcome to {tenant.name}</h1> : <p>Nothing at {req.path}.</p>}
    </Shell>,
    { status },
  );
}
