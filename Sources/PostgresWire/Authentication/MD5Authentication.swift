/// The response to AuthenticationMD5Password.
///
/// PostgreSQL documentation, "Message Flow", Start-up: `'md5' || md5(md5(password || user) || salt)`, digests in hex.
package enum MD5Authentication {
    package static func response(
        user: String,
        password: String,
        salt: [UInt8],
        md5: AuthenticationHashes.Digest
    ) -> PasswordMessage {
        let inner = Hex.lowercase(md5(Array(password.utf8) + Array(user.utf8)))
        return PasswordMessage(password: "md5" + Hex.lowercase(md5(Array(inner.utf8) + salt)))
    }
}
