import JSON

/// How a deployment, and the service through it, is doing.
public enum RunState: String, Sendable, Hashable, CaseIterable {
  /// Not answering yet.
  case pending
  /// Answers its health check.
  case running
  /// Will not come up by itself.
  case failed
}

/// What `GET /v1/services/{name}` answers: what really runs.
public struct LiveService: WireDocument {
  /// What the service is called inside; survives a change of everything else.
  public var serviceID: String
  /// The provider's own division of services.
  public var scopeID: String
  /// Where it runs.
  public var region: String
  /// Its size.
  public var planID: String
  /// `HOST/NAMESPACE/NAME@sha256:…`
  public var image: String
  /// Names of its environment, sorted; the values are told to nobody.
  public var envKeys: [String]
  /// How it is doing.
  public var status: RunState
  /// Where it answers.
  public var url: String?
  /// Goes up by one with each accepted change.
  public var generation: Int64

  /// From its parts.
  public init(
    serviceID: String, scopeID: String, region: String, planID: String, image: String,
    envKeys: [String], status: RunState, url: String?, generation: Int64
  ) {
    self.serviceID = serviceID
    self.scopeID = scopeID
    self.region = region
    self.planID = planID
    self.image = image
    self.envKeys = envKeys
    self.status = status
    self.url = url
    self.generation = generation
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "service")
    serviceID = try fields.string("serviceId")
    scopeID = try fields.string("scopeId")
    region = try fields.string("region")
    planID = try fields.string("planId")
    image = try fields.string("image")
    envKeys = try fields.strings("envKeys")
    status = try fields.word("status", RunState.self)
    url = try fields.stringIfAny("url")
    generation = try fields.integer("generation")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = [
      "serviceId": .string(serviceID), "scopeId": .string(scopeID), "region": .string(region),
      "planId": .string(planID), "image": .string(image), "envKeys": .strings(envKeys),
      "status": .string(status.rawValue),
    ]
    out.add("url", url)
    out.add("generation", generation)
    return .object(out)
  }
}
