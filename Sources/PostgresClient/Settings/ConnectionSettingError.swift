/// A setting that cannot be used: where it was made, and why.
///
/// Secrets are never part of it.
package struct ConnectionSettingError: Error, Hashable, Sendable {
    /// Where the setting was made, such as `PGSSLMODE`.
    package let origin: String
    /// Continues the sentence that the origin begins.
    package let reason: String

    package init(_ origin: String, _ reason: String) {
        self.origin = origin
        self.reason = reason
    }
}

extension ConnectionSettingError: CustomStringConvertible {
    package var description: String { "\(origin) \(reason)" }
}
