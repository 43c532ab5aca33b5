# LWP in the manner of the Perl modules for WeCom: JSON made by hand, no content type, the token in the query.
use strict;
use warnings;
use JSON;
use LWP::UserAgent;

my ($base, $corp_id, $secret, $contact_secret, $start) = @ARGV;
my $agent = LWP::UserAgent->new(env_proxy => 0);

sub token {
    my ($secret) = @_;
    my $response = $agent->get("$base/cgi-bin/gettoken?corpid=$corp_id&corpsecret=$secret");
    return from_json($response->content)->{access_token};
}

sub ask {
    my ($token, $call, $body) = @_;
    my $response =
        $agent->post("$base/cgi-bin/$call?access_token=$token", Content => to_json($body));
    die $response->status_line unless $response->is_success;
    return from_json($response->decoded_content(charset => 'none'));
}

my $listed = ask(token($contact_secret), 'user/list_id', { limit => 10000 });
my %seen = map { $_->{userid} => 1 } @{ $listed->{dept_user} };
my @users = (sort keys %seen)[0 .. 9];

my $token = token($secret);
my $window = { opencheckindatatype => 3, starttime => $start + 0, endtime => $start + 864000, useridlist => \@users };
my $records = ask($token, 'checkin/getcheckindata', $window);
my $rules = ask($token, 'checkin/getcheckinoption', { datetime => $start + 0, useridlist => \@users });
# Perl is easily led to write numbers as strings; the server takes them.
my $quoted = ask($token, 'checkin/getcheckindata', { %$window, starttime => "$start" });
my $empty = ask($token, 'checkin/getcheckindata', {});
my $strange = from_json($agent->get("$base/cgi-bin/checkin/getcheckindata?access_token=$token")->content);

print to_json({
    users => scalar(keys %seen),
    records => scalar(@{ $records->{checkindata} }),
    quoted => scalar(@{ $quoted->{checkindata} }),
    rules => scalar(@{ $rules->{info} }),
    errors => [ $empty->{errcode}, $strange->{errcode} ],
});
