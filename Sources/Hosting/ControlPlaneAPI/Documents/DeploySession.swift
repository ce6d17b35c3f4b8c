import JSON

/// What a client may do for some minutes: push one image to one place, and name it to the service.
public struct DeploySession: WireDocument {
  /// Presented with the image.
  public var sessionID: String
  /// What runs the service: `process`, `docker` …
  public var provider: String
  /// Host, and port where it is not the usual one.
  public var registryHost: String
  /// What stands between the host and the name of the image.
  public var namespace: String
  /// User of the registry.
  public var registryUsername: String
  /// Password of the registry; lives as long as the session.
  public var registryPassword: String
  /// The provider's own division of services.
  public var scopeID: String
  /// The size of the service; not the review plan.
  public var planID: String
  /// Where it will run.
  public var region: String
  /// The name under which the provider knows the registry's credentials.
  public var registryCredentialID: String?
  /// Where the service will answer, as far as that is known.
  public var urlHint: String?
  /// Unix seconds.
  public var expiresAt: Int64?
  /// Grants that cover what would else have needed a review.
  public var grantIDs: [String]

  /// From its parts.
  public init(
    sessionID: String, provider: String, registryHost: String, namespace: String,
    registryUsername: String, registryPassword: String, scopeID: String, planID: String,
    region: String, registryCredentialID: String? = nil, urlHint: String? = nil,
    expiresAt: Int64? = nil, grantIDs: [String] = []
  ) {
    self.sessionID = sessionID
    self.provider = provider
    self.registryHost = registryHost
    self.namespace = namespace
    self.registryUsername = registryUsername
    self.registryPassword = registryPassword
    self.scopeID = scopeID
    self.planID = planID
    self.region = region
    self.registryCredentialID = registryCredentialID
    self.urlHint = urlHint
    self.expiresAt = expiresAt
    self.grantIDs = grantIDs
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "session")
    sessionID = try fields.string("sessionId")
    provider = try fields.string("provider")
    registryHost = try fields.string("registryHost")
    namespace = try fields.string("namespace")
    registryUsername = try fields.string("registryUsername")
    registryPassword = try fields.string("registryPassword")
    scopeID = try fields.string("scopeId")
    planID = try fields.string("planId")
    region = try fields.string("region")
    registryCredentialID = try fields.stringIfAny("registryCredentialId")
    urlHint = try fields.stringIfAny("urlHint")
    expiresAt = try fields.integerIfAny("expiresAt")
    grantIDs = fields.any("grantIds") == nil ? [] : try fields.strings("grantIds")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = [
      "sessionId": .string(sessionID), "provider": .string(provider),
      "registryHost": .string(registryHost), "namespace": .string(namespace),
      "registryUsername": .string(registryUsername), "registryPassword": .string(registryPassword),
      "scopeId": .string(scopeID), "planId": .string(planID), "region": .string(region),
    ]
    out.add("registryCredentialId", registryCredentialID)
    out.add("urlHint", urlHint)
    out.add("expiresAt", expiresAt)
    if !grantIDs.isEmpty { out["grantIds"] = .strings(grantIDs) }
    return .object(out)
  }
}
