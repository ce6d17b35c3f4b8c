const größe = "größe", 名前 = "名前", $dollar_ = 1, _ = 2;
export function handler(ñ) { return Response.json({ größe, 名前, [$dollar_]: _, emoji: "😀", path: ñ.path }) }
