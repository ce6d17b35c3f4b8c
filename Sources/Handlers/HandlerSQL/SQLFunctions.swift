/// The functions of SQLite that handlers and schemas may call. Those that load code, read files or
/// say something of the connection, which requests share, are not among them.
enum SQLFunctions {
  /// Functions of their arguments and of what is stored.
  static let allowed: Set<String> = [
    // Core, lang_corefunc.html.
    "abs", "char", "coalesce", "concat", "concat_ws", "format", "glob", "hex", "ifnull", "iif",
    "if",
    "instr", "length", "like", "likelihood", "likely", "lower", "ltrim", "max", "min", "nullif",
    "octet_length", "printf", "quote", "replace", "round", "rtrim", "sign", "substr", "substring",
    "trim", "typeof", "unhex", "unicode", "unlikely", "upper", "zeroblob",
    // Aggregates and windows, lang_aggfunc.html, windowfunctions.html.
    "avg", "count", "group_concat", "string_agg", "sum", "total", "row_number", "rank",
    "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value",
    "last_value", "nth_value",
    // JSON, json1.html.
    "json", "json_array", "json_array_length", "json_extract", "json_insert", "json_object",
    "json_patch", "json_remove", "json_replace", "json_set", "json_type", "json_valid",
    "json_quote", "json_group_array", "json_group_object", "->", "->>",
    // Mathematics, lang_mathfunc.html.
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "ceiling", "cos", "cosh",
    "degrees", "exp", "floor", "ln", "log", "log10", "log2", "mod", "pi", "pow", "power",
    "radians", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
    // What a trigger ends with.
    "raise",
  ]

  /// Functions of the clock and of chance. Those of dates are: `'now'` may come in by a parameter.
  static let volatile: Set<String> = [
    "random", "randomblob", "date", "time", "datetime", "julianday", "unixepoch", "strftime",
    "timediff", "current_date", "current_time", "current_timestamp",
  ]

  /// Words that stand for a function without parentheses.
  static let volatileWords: Set<String> = ["current_date", "current_time", "current_timestamp"]
}
