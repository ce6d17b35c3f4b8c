import Encodings
import JSON

/// The body of `PUT /v1/services/{name}`.
public struct ServiceUpdate: WireDocument {
  /// The session that allowed it.
  public var sessionID: String
  /// `HOST/NAMESPACE/NAME@sha256:…`, pushed already.
  public var image: String
  /// Values that are set.
  public var env: [ByteName: String]
  /// Names whose values stay. What stands in neither is removed.
  public var keepEnv: [String]
  /// The generation that the client saw; nil where there must be no such service.
  public var ifGeneration: Int64?

  /// From its parts.
  public init(
    sessionID: String, image: String, env: [ByteName: String], keepEnv: [String],
    ifGeneration: Int64?
  ) {
    self.sessionID = sessionID
    self.image = image
    self.env = env
    self.keepEnv = keepEnv
    self.ifGeneration = ifGeneration
  }

  /// From a body. `ifGeneration` has to stand there, if only as null: whoever forgets it would
  /// overwrite.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "update")
    sessionID = try fields.string("sessionId")
    image = try fields.string("image")
    env = [:]
    guard let values = fields.any("env")?.objectValue else {
      throw fields.error("env", "an object")
    }
    for member in values.members {
      guard let text = member.value.stringValue else {
        throw fields.error("env.\(member.key)", "a string")
      }
      env[ByteName(member.key)] = text
    }
    keepEnv = fields.any("keepEnv") == nil ? [] : try fields.strings("keepEnv")
    guard fields.has("ifGeneration") else {
      throw fields.error("ifGeneration", "a generation, or null where there is no service yet")
    }
    ifGeneration = try fields.integerIfAny("ifGeneration")
  }

  /// As it is sent, names in the order of their bytes.
  public var json: JSONValue {
    var values = JSONObject()
    for name in env.keys.map(\.text).sorted(by: UTF8Order.precedes) {
      values[name] = env[name].map(JSONValue.string)
    }
    return [
      "sessionId": .string(sessionID), "image": .string(image), "env": .object(values),
      "keepEnv": .strings(keepEnv),
      "ifGeneration": ifGeneration.map(JSONValue.integer) ?? .null,
    ]
  }
}

/// The 202 of a PUT: the change was accepted and will happen.
public struct DeployAccepted: WireDocument {
  /// The service.
  public var serviceID: String
  /// What can be asked how it goes.
  public var deploymentID: String
  /// Where the service answers.
  public var url: String?
  /// The service's generation from now on.
  public var generation: Int64

  /// From its parts.
  public init(serviceID: String, deploymentID: String, url: String?, generation: Int64) {
    self.serviceID = serviceID
    self.deploymentID = deploymentID
    self.url = url
    self.generation = generation
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "accepted")
    serviceID = try fields.string("serviceId")
    deploymentID = try fields.string("deploymentId")
    url = try fields.stringIfAny("url")
    generation = try fields.integer("generation")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = [
      "serviceId": .string(serviceID), "deploymentId": .string(deploymentID),
    ]
    out.add("url", url)
    out.add("generation", generation)
    return .object(out)
  }
}
