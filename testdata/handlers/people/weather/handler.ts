// The weather in one of our cities.
import { fetch } from "zigttp:fetch";

interface City {
  slug: string;
  lat: number;
  lon: number;
}

const cities: City[] = [
  { slug: "berlin", lat: 52.52, lon: 13.41 },
  { slug: "lisbon", lat: 38.72, lon: -9.14 },
  { slug: "oslo", lat: 59.91, lon: 10.75 },
];

const forecastUrl = ({ lat, lon }: City) =>
  `https://api.open-meteo.example/v1/forecast?latitude=${lat}&longitude=${lon}&current=temperature_2m`;

const cardinal = (degrees: number) => ["N", "E", "S", "W"][Math.round(degrees / 90) % 4];

export const handler = (req: Request): Response => {
  const city = cities.find(({ slug }) => req.path === `/weather/${slug}`);
  if (!city) return Response.json({ cities: cities.map((c) => c.slug) }, { status: 404 });
  const res = fetch(forecastUrl(city));
  if (res.status >= 400) return Response.json({ error: "no forecast" }, { status: 502 });
  const { temperature_2m: temperature, wind_direction: wind = 0 } = res.json()?.current ?? {};
  return Response.json({ city: city.slug, temperature, wind: cardinal(Number(wind)) });
};
