// Where the services are.
const domain = "example.com";

export const bases = {
  billing: `https://billing.${domain}:8443`,
  weather: "http://weather." + domain,
};

export const header = "Authorization";
