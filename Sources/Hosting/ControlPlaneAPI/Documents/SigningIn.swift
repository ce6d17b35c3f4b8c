import JSON

/// What `POST /v1/auth/device/start` answers.
public struct DeviceStart: WireDocument {
  /// What the client polls with; nobody else sees it.
  public var deviceCode: String
  /// What a person types.
  public var userCode: String
  /// Where.
  public var verificationURL: String
  /// Seconds between two polls.
  public var intervalSeconds: Int64
  /// Seconds that the codes are good for.
  public var expiresInSeconds: Int64

  /// From its parts, with the protocol's times.
  public init(
    deviceCode: String, userCode: String, verificationURL: String, intervalSeconds: Int64 = 5,
    expiresInSeconds: Int64 = 600
  ) {
    self.deviceCode = deviceCode
    self.userCode = userCode
    self.verificationURL = verificationURL
    self.intervalSeconds = intervalSeconds
    self.expiresInSeconds = expiresInSeconds
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "deviceStart")
    deviceCode = try fields.string("deviceCode")
    userCode = try fields.string("userCode")
    verificationURL = try fields.string("verificationUrl")
    intervalSeconds = try fields.integerIfAny("intervalSeconds") ?? 5
    expiresInSeconds = try fields.integerIfAny("expiresInSeconds") ?? 600
  }

  /// As it is answered.
  public var json: JSONValue {
    [
      "deviceCode": .string(deviceCode), "userCode": .string(userCode),
      "verificationUrl": .string(verificationURL), "intervalSeconds": .integer(intervalSeconds),
      "expiresInSeconds": .integer(expiresInSeconds),
    ]
  }
}

/// The body of `POST /v1/auth/device/poll`.
public struct DevicePoll: WireDocument {
  /// As ``DeviceStart`` has it.
  public var deviceCode: String

  /// From its part.
  public init(deviceCode: String) { self.deviceCode = deviceCode }

  /// From a body.
  public init(json: JSONValue) throws(JSONError) {
    deviceCode = try WireFields(json, "devicePoll").string("deviceCode")
  }

  /// As it is sent.
  public var json: JSONValue { ["deviceCode": .string(deviceCode)] }
}

/// Whom a token belongs to: what a poll answers once, and, without the token, what
/// `POST /v1/auth/token/verify` answers.
public struct SignedIn: WireDocument {
  /// The token; a verification does not repeat it.
  public var token: String?
  /// Whose it is.
  public var email: String?

  /// From its parts.
  public init(token: String? = nil, email: String?) {
    self.token = token
    self.email = email
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "signedIn")
    token = try fields.stringIfAny("token")
    email = try fields.stringIfAny("email")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out = JSONObject()
    out.add("token", token)
    out.add("email", email)
    return .object(out)
  }
}

/// The body `{}` of calls that need none.
public struct NoBody: WireDocument {
  /// Nothing.
  public init() {}

  /// From a body, which has to be an object.
  public init(json: JSONValue) throws(JSONError) { _ = try WireFields(json, "body") }

  /// As it is sent.
  public var json: JSONValue { [:] }
}
