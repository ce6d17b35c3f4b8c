import { serve, text } from "../server.mjs";

serve(() => {
  let all = "";
  for (let n = 0; n < 1000; n++) all += "item " + n + "; ";
  return text(all);
});
