/// What the programs of the oracle begin with.
enum Prelude {
  /// Everything that the modules export.
  static let imports = """
    import { env } from "zigttp:env";
    import { routerMatch } from "zigttp:router";
    import { parseBearer, jwtVerify, jwtSign, timingSafeEqual, verifyWebhookSignature } from "zigttp:auth";
    import { cacheGet, cacheSet, cacheDelete, cacheIncr, cacheStats } from "zigttp:cache";
    import { sha256, hmacSha256, base64Encode, base64Decode } from "zigttp:crypto";
    import { fetch } from "zigttp:fetch";
    import { logDebug, logInfo, logWarn, logError } from "zigttp:log";
    import { escapeHtml, unescapeHtml, mask, slugify, truncate } from "zigttp:text";
    import { urlDecode, urlEncode, urlParse, urlSearchParams } from "zigttp:url";
    import { addSeconds, formatHttp, formatIso, parseIso } from "zigttp:time";
    import { uuid, ulid, nanoid } from "zigttp:id";
    import { cors, negotiate, parseContentType, parseCookies, setCookie } from "zigttp:http";
    import { rateCheck, rateReset } from "zigttp:ratelimit";
    import { guard, pipe } from "zigttp:compose";
    import { schemaCompile, validateJson, validateObject, coerceJson } from "zigttp:validate";
    import { decodeJson, decodeForm, decodeQuery } from "zigttp:decode";
    import { scope, using, ensure } from "zigttp:scope";
    import { parallel, race } from "zigttp:io";
    import { sql, sqlOne, sqlMany, sqlExec } from "zigttp:sql";
    """

  /// What the file of the handler names for all.
  static let names = """
    schemaCompile("any", {});
    schemaCompile("number", { type: "number" });
    sql("put", "INSERT INTO t (v) VALUES (:v)");
    sql("set", "UPDATE t SET v = :v");
    sql("drop", "DELETE FROM t WHERE v = :v");
    sql("all", "SELECT v FROM t");
    """

  /// `schema.sql`.
  static let schema = "CREATE TABLE t (v TEXT);"
}
