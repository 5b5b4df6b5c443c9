# perl.pl DIRECTORY: a big hash, a file that is read, a pipe, an alarm, by the workloads' protocol.
use strict;
use warnings;
use Time::HiRes qw(sleep setitimer ITIMER_REAL);

my $directory = $ARGV[0];
my ($failures, $ticks, $line, $number) = ("", 0, 0, 1);

sub say_in {
    my ($name, $text) = @_;
    open(my $file, ">", "$directory/.$name") or die;
    print $file "$text\n";
    close($file);
    rename("$directory/.$name", "$directory/$name");
}

my %table = map { $_ => $_ * $_ } 1 .. 100000;
open(my $out, ">", "$directory/lines") or die;
print $out "line $_\n" for 1 .. 20000;
close($out);
open(my $lines, "<", "$directory/lines") or die;
pipe(my $reader, my $writer) or die;
syswrite($writer, "in the pipe");
$SIG{ALRM} = sub { $ticks++ };
setitimer(ITIMER_REAL, 0.05, 0.05);
srand(42);
my @random = map { rand } 1 .. 10;
srand(42);

sub check {
    my $sum = 0;
    $sum += $table{$_} for 1 .. 100000;
    $failures .= "the table adds up to $sum; " if $sum != 333338333350000;
    for (1 .. 30) {
        my $text = <$lines>;
        $line++;
        $failures .= "read $text behind $line; " if $text ne "line $line\n";
    }
    sysread($reader, my $piece, 100);
    $failures .= "the pipe held '$piece'; " if $piece ne "in the pipe";
    syswrite($writer, "in the pipe");
    my $before = $ticks;
    select(undef, undef, undef, 0.1) for 1 .. 3;
    $failures .= "the alarm does not tick; " if $ticks == $before;
    if ($number <= @random) {
        my $next = rand;
        $failures .= "the next random number is another one; " if $next != $random[$number - 1];
    }
    $failures .= "text matching is broken; " unless "abc 2024-05-06" =~ /(\d+)-(\d+)/ && $2 eq "05";
}

say_in("status", "ready");
for (;;) {
    my ($last, $asked) = (-e "$directory/check", -e "$directory/check.$number");
    if ($last || $asked) {
        check();
        say_in($last ? "verdict" : "verdict.$number", $failures ? "FAIL: $failures" : "OK");
        $number++;
    }
    exit($failures ? 1 : 0) if $last || -e "$directory/stop";
    sleep(0.02);
}
