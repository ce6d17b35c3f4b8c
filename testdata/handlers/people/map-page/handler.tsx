// A page with a map. The token of the map is public by design; package.json says so.
import { env } from "zigttp:env";

const token = env("MAPS_TOKEN") ?? "demo";

const places = [
  { name: "Café", lat: 52.5, lon: 13.4 },
  { name: "Office", lat: 48.1, lon: 11.6 },
];

const Place = ({ name, lat, lon }) => (
  <li>
    {name}{" "}
    <img
      alt={`Map of ${name}`}
      src={`https://maps.example.com/static?at=${lat},${lon}&zoom=12&token=${encodeURIComponent(token)}`}
    />
  </li>
);

export const handler = (req) => {
  const near = Number(req.query.lat ?? "50");
  const sorted = places.toSorted((a, b) => Math.abs(a.lat - near) - Math.abs(b.lat - near));
  return Response.html(
    <html>
      <body>
        <ul>
          {sorted.map((place) => (
            <Place {...place} />
          ))}
        </ul>
      </body>
    </html>,
  );
};
