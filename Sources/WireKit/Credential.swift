/// A secret such as a password: it can be used, and never printed.
package struct Credential: Hashable, Sendable {
    /// The secret itself, for the one place that needs it.
    package let value: String

    package init(_ value: String) {
        self.value = value
    }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Fixed text.
    package var description: String { "Credential(redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
