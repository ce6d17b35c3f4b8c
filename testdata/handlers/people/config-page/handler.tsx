// What the service is configured with, for the people who run it; secrets are not shown.
import { env } from "zigttp:env";
import { mask } from "zigttp:text";

const config = {
  region: env("REGION") ?? "eu-west",
  logLevel: env("LOG_LEVEL") ?? "info",
  smtp: { host: env("SMTP_HOST") ?? "localhost", password: env("SMTP_PASSWORD") },
  apiToken: env("UPSTREAM_API_TOKEN") ?? "",
};

function redacted() {
  const { smtp, ...rest } = config;
  const { password, ...mail } = smtp;
  return {
    ...rest,
    apiToken: mask(config.apiToken, 4),
    smtp: { ...mail, password: password === undefined ? "(not set)" : "***" },
  };
}

const Rows = ({ of }) => (
  <>
    {Object.entries(of).map(([name, value]) => (
      <tr>
        <th>{name}</th>
        <td>{typeof value === "object" ? <Table of={value} /> : String(value)}</td>
      </tr>
    ))}
  </>
);

function Table({ of }) {
  return (
    <table>
      <tbody>
        <Rows of={of} />
      </tbody>
    </table>
  );
}

export const handler = (req) => {
  const shown = redacted();
  if (req.path === "/config.json") return Response.json(shown);
  if (req.path === "/config") return Response.html(<Table of={shown} />);
  return Response.text("not found", { status: 404 });
};
