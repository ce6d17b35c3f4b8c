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
    """
}
