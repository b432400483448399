// The code follows the # in the link, which browsers never send. Without this script, users paste it.
const code = document.getElementById("token");
if (code !== null && code.value === "" && location.hash.length > 1) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  (document.getElementById("login") ?? document.getElementById("new_password")).focus();
}
