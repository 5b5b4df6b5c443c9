using System.Text;
using CrStream.Abstractions;
using CrStream.Age;

namespace CrStream.Stages.Tests;

public sealed class AgeTests
{
    private const int ChunkLength = (64 << 10) + 16;
    private const int NonceLength = 16;

    private static readonly AgeStage Stage = new() { ScryptWorkFactor = 10 };
    private static readonly KeyPair Key = new AgeKeyGenerator().Generate();
    private static readonly StageSettings Settings = new() { Parallelism = 4, Recipients = [Key.Recipient], Identities = [Key.Identity] };
    private static readonly StageSettings Secret = new() { Passphrase = "correct horse"u8.ToArray() };

    public static TheoryData<int> Lengths => [0, 1, 65535, 65536, 65537, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task What_is_written_is_read_again(int length)
    {
        var bytes = StageRun.SomeBytes(length);
        var file = await StageRun.WrapAsync(bytes, Settings, Stage);
        Assert.Equal(bytes, await StageRun.UnwrapAsync(file, Settings, Stage));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Age_opens_what_we_write(int length)
    {
        using var command = new Command();
        var bytes = StageRun.SomeBytes(length);
        command.Write("key", Encoding.ASCII.GetBytes(Key.Identity + "\n"));
        command.Write("in.age", await StageRun.WrapAsync(bytes, Settings, Stage));
        await command.RunAsync("sh", "-c", "age -d -i key in.age > out");
        Assert.Equal(bytes, command.Read("out"));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task We_open_what_age_writes_to_a_key_of_age_keygen(int length)
    {
        using var command = new Command();
        var bytes = StageRun.SomeBytes(length);
        command.Write("in", bytes);
        await command.RunAsync("age-keygen", "-o", "key");
        var recipient = (await command.RunAsync("age-keygen", "-y", "key")).Trim();
        await command.RunAsync("age", "-r", Key.Recipient, "-r", recipient, "-o", "out.age", "in");
        var settings = new StageSettings { Identities = [Encoding.ASCII.GetString(command.Read("key"))] };
        Assert.Equal(bytes, await StageRun.UnwrapAsync(command.Read("out.age"), settings, Stage));
        Assert.Equal(bytes, await StageRun.UnwrapAsync(command.Read("out.age"), Settings, Stage));
    }

    [Fact]
    public async Task Age_keygen_finds_the_same_recipient_in_our_identity()
    {
        using var command = new Command();
        command.Write("key", Encoding.ASCII.GetBytes(Key.Identity + "\n"));
        Assert.Equal(Key.Recipient, (await command.RunAsync("age-keygen", "-y", "key")).Trim());
    }

    [Fact]
    public async Task Each_of_several_recipients_opens_it()
    {
        var other = new AgeKeyGenerator().Generate();
        var file = await StageRun.WrapAsync([1, 2, 3], Settings with { Recipients = [Key.Recipient, other.Recipient] }, Stage);
        foreach (var identity in new[] { Key.Identity, other.Identity })
        {
            Assert.Equal([1, 2, 3], await StageRun.UnwrapAsync(file, new StageSettings { Identities = [$"# a comment\n\n{identity}\r\n"] }, Stage));
        }
    }

    [Fact]
    public async Task A_passphrase_opens_it_and_another_does_not()
    {
        var bytes = StageRun.SomeBytes(100_000);
        var file = await StageRun.WrapAsync(bytes, Secret, Stage);
        Assert.Equal(bytes, await StageRun.UnwrapAsync(file, Secret, Stage));
        var wrong = await Assert.ThrowsAsync<UsageException>(() => StageRun.UnwrapAsync(file, new StageSettings { Passphrase = "wrong"u8.ToArray() }, Stage));
        Assert.Contains("--passphrase-file", wrong.Hint, StringComparison.Ordinal);
        var none = await Assert.ThrowsAsync<UsageException>(() => StageRun.UnwrapAsync(file, Settings, Stage));
        Assert.Contains("--passphrase-file", none.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Age_and_we_open_each_others_passphrase_files()
    {
        // age reads a passphrase from a terminal only, and script(1) gives it one.
        using var command = new Command();
        var bytes = StageRun.SomeBytes(200_000);
        command.Write("ours.age", await StageRun.WrapAsync(bytes, Secret, new AgeStage()));
        command.Write("in", bytes);
        await command.RunAsync("sh", "-c", "(sleep 1; echo 'correct horse') | script -qec 'age -d -o out ours.age' /dev/null");
        Assert.Equal(bytes, command.Read("out"));
        await command.RunAsync("sh", "-c", "(sleep 1; echo 'correct horse'; sleep 1; echo 'correct horse') | script -qec 'age -p -o theirs.age in' /dev/null");
        Assert.Equal(bytes, await StageRun.UnwrapAsync(command.Read("theirs.age"), Secret, Stage));
    }

    [Fact]
    public async Task Another_key_gives_a_usage_error_with_a_hint()
    {
        var file = await StageRun.WrapAsync([1], Settings, Stage);
        foreach (var identities in new string[][] { [], [new AgeKeyGenerator().Generate().Identity] })
        {
            var error = await Assert.ThrowsAsync<UsageException>(() => StageRun.UnwrapAsync(file, new StageSettings { Identities = identities }, Stage));
            Assert.Contains("--identity", error.Hint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Keys_that_are_none_are_refused_at_once_and_secrets_not_shown()
    {
        var noRecipient = Key.Recipient[..^1] + (Key.Recipient[^1] == 'q' ? 'p' : 'q');
        Assert.Throws<UsageException>(() => Stage.CreateWriter(new StageSettings { Recipients = [noRecipient] }));
        Assert.Throws<UsageException>(() => Stage.CreateWriter(new StageSettings()));
        Assert.Throws<UsageException>(() => Stage.CreateWriter(Secret with { Recipients = [Key.Recipient] }));
        var error = Assert.Throws<UsageException>(() => Stage.CreateReader(new StageSettings { Identities = [Key.Identity[..^3]] }));
        Assert.DoesNotContain(Key.Identity[..30], error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ways_to_end_wrongly_are_told_apart()
    {
        var file = await StageRun.WrapAsync(StageRun.SomeBytes(3 * 65536), Settings, Stage);
        var start = PayloadStart(file);
        await Refuses("cut off: its last chunk is not marked", file[..(start + (2 * ChunkLength))]);
        await Refuses("cut off in it", file[..(start + (2 * ChunkLength) + 100)]);
        await Refuses("cut off in the last chunk", file[..(start + (2 * ChunkLength) + 15)]);
        await Refuses("bytes behind the last chunk", [.. file, 0]);
        await Refuses("cut off in the payload's nonce", file[..(start - 1)]);
        await Refuses("cut off in the header", file[..50]);
        await Refuses("cut off", file[..start]);
    }

    [Fact]
    public async Task An_empty_last_chunk_is_refused_though_its_tag_matches()
    {
        var nonce = new byte[NonceLength];
        using var fileKey = FileKey.Create();
        var header = Header.Write(Wrapping.For(Settings, 10).Wrap(fileKey), fileKey);
        using var cipher = fileKey.Payload(nonce);
        var chunks = new byte[ChunkLength + 16];
        cipher.Seal(0, false, new byte[64 << 10], chunks);
        cipher.Seal(1, true, [], chunks.AsSpan(ChunkLength));
        await Refuses("the last chunk is empty", [.. header, .. nonce, .. chunks]);
    }

    [Fact]
    public async Task A_changed_header_is_found_by_its_mac()
    {
        var file = await StageRun.WrapAsync([1, 2, 3], Settings, Stage);
        var text = Encoding.Latin1.GetString(file);
        var added = Encoding.Latin1.GetBytes(text.Replace("\n---", "\n-> joe\n\n---", StringComparison.Ordinal));
        await Refuses("MAC does not match", added);
    }

    [Theory]
    [InlineData("age-encryption.org/v2\n", "not an age v1 file")]
    [InlineData("age-encryption.org/v1\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "no recipient")]
    [InlineData("age-encryption.org/v1\n-> \n\n--- x\n", "arguments")]
    [InlineData("age-encryption.org/v1\n-> a  b\n\n--- x\n", "arguments")]
    [InlineData("age-encryption.org/v1\n-> a\nAB\n--- x\n", "canonical")]
    [InlineData("age-encryption.org/v1\n-> a\nAA==\n--- x\n", "canonical")]
    [InlineData("age-encryption.org/v1\n-> a\nAA\n-- x\n", "neither")]
    [InlineData("age-encryption.org/v1\n-> a\nAA\n--- AAA\n", "MAC is not well-formed")]
    [InlineData("age-encryption.org/v1\n-> X25519 AAAA\nAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "X25519 stanza is not well-formed")]
    [InlineData("age-encryption.org/v1\n-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "low order")]
    public async Task A_header_that_is_none_is_refused(string header, string why) => await Refuses(why, Encoding.ASCII.GetBytes(header));

    [Fact]
    public async Task A_scrypt_stanza_that_asks_for_too_much_or_is_not_alone_is_refused()
    {
        const string mac = "--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
        const string body = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
        const string scrypt = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA ";
        await Refuses("limit of 22", Encoding.ASCII.GetBytes($"age-encryption.org/v1\n{scrypt}23\n{body}{mac}"), Secret);
        await Refuses("not well-formed", Encoding.ASCII.GetBytes($"age-encryption.org/v1\n{scrypt}010\n{body}{mac}"), Secret);
        await Refuses("not alone", Encoding.ASCII.GetBytes($"age-encryption.org/v1\n{scrypt}10\n{body}-> a\n\n{mac}"), Secret);
    }

    [Fact]
    public async Task A_header_without_end_costs_no_memory()
    {
        await Refuses("longer than", [.. "age-encryption.org/v1\n-> "u8, .. Enumerable.Repeat((byte)'a', 1 << 20)]);
    }

    [Fact]
    public async Task Every_flipped_bit_is_noticed()
    {
        var file = await StageRun.WrapAsync(StageRun.SomeBytes(5_000), Settings, Stage);
        for (var bit = 0; bit < file.Length * 8; bit += bit < PayloadStart(file) * 8 ? 1 : 97)
        {
            var changed = (byte[])file.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            var error = await Assert.ThrowsAnyAsync<CrStreamException>(() => StageRun.UnwrapAsync(changed, Settings, Stage));
            Assert.True(error is ImageException or UsageException, error.ToString());
        }
    }

    [Fact]
    public void Nothing_is_given_of_a_chunk_that_does_not_open()
    {
        using var fileKey = FileKey.Create();
        using var cipher = fileKey.Payload(new byte[NonceLength]);
        var chunk = new byte[1000 + 16];
        cipher.Seal(7, false, Enumerable.Repeat((byte)42, 1000).ToArray(), chunk);
        var plain = new byte[1000];
        Assert.True(cipher.Open(7, false, chunk, plain));
        Assert.Equal(42, plain[0]);
        chunk[500] ^= 1;
        Assert.False(cipher.Open(7, false, chunk, plain));
        Assert.Equal(new byte[1000], plain);
    }

    private static int PayloadStart(byte[] file) => file.AsSpan().IndexOf("\n--- "u8) + 1 + 4 + 43 + 1 + NonceLength;

    private static async Task Refuses(string why, byte[] file, StageSettings? settings = null)
    {
        var error = await Assert.ThrowsAsync<ImageException>(() => StageRun.UnwrapAsync(file, settings ?? Settings, Stage));
        Assert.Equal("age", error.Layer);
        Assert.InRange(error.Offset, 0, file.Length);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
